"""An emulated Raspberry Pi Pico as a Python object.

    with Pico(uart="127.0.0.1:7000", files={"/main_lib.py": "path/on/host.py"}) as pico:
        result = pico.run("print(6 * 7)")       # source text, or a path that ends in .py
        result.output, result.counters["cycles"]

What hangs on the UART: nothing; "HOST:PORT", a TCP server such as espsim's (in real time); or a Lockstep peer, an object
in this process that lives in simulated time, so that two runs are the same to the cycle.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import subprocess
import threading
import time
from dataclasses import dataclass, field

from .prepare import prepare

STEPS = ("cycles", "instructions", "nanoseconds", "cache_misses", "sent", "received", "overruns", "framingErrors", "interrupts")
_START_SECONDS = 60


class PicoError(Exception):
    """The emulator has stopped, or did not do what it was asked."""


class TimeLimit(PicoError):
    """No end within the time that was given; the board is switched off. `output`: what it had printed."""

    def __init__(self, text, output):
        super().__init__(text)
        self.output = output


class ScriptError(PicoError):
    """The script ended with an exception. `result`: its output and traceback."""

    def __init__(self, result):
        super().__init__(result.error.strip() + ("\n--- printed before:\n" + result.output if result.output else ""))
        self.result = result


@dataclass
class Result:
    """What a script printed, its traceback ("" when it ended well), and what it took, by counter."""

    output: str
    error: str
    counters: dict
    profile: list = field(default_factory=list)  # [C function, cycles, calls], when asked for


@dataclass
class Reply:
    """A lockstep peer's answer: what it sends and when it wants to be asked again.

    tx: (delay in ns, bytes) pairs; they go out one after the other behind what is queued already, each after its silence.
    wake: ns from now, None for never. cts, baud, obey_rts: None leaves them as they are; baud 0 follows the MCU.
    """

    tx: list = field(default_factory=list)
    wake: int | None = None
    cts: bool | None = None
    baud: int | None = None
    obey_rts: bool | None = None

    def message(self):
        message = {"op": "uart", "tx": [[delay, bytes(data).hex()] for delay, data in self.tx], "wake": self.wake}
        for name, value in (("cts", self.cts), ("baud", self.baud), ("rts", self.obey_rts)):
            if value is not None:
                message[name] = value
        return message


class Lockstep:
    """The other end of the UART in simulated time; subclass it, or give it a function."""

    def __init__(self, exchange=None):
        if exchange is not None:
            self.exchange = exchange

    def exchange(self, now, data, queued):
        """Called with the time in ns, the bytes the MCU has sent since the last call, and how many bytes are still on
        their way to it; returns a Reply. It is called when the MCU has nothing more to send, after every 64 bytes, when
        all that was queued has gone out, at the wake-up asked for, and once at the start."""
        return Reply()


class Pico:
    """One board, from power-up to close(); a context manager.

    firmware: path of an image (None: built if need be). uart: see above. files: {path on the board: path here}, files or
    whole folders. uart_id: which UART is joined. baud: the other end's rate (0: always the board's). obey_rts: the other
    end stops while the board's RTS is off. flash: start from what save_flash() put in this file, if it exists. cache_miss:
    cycles (0: a lower bound). timeout: seconds of wall time for starting and for copying each file. plain, real_time: for
    converse().
    """

    def __init__(self, firmware=None, uart=None, files=None, *, uart_id=1, baud=0, obey_rts=False, flash=None,
                 cache_miss=60, timeout=_START_SECONDS, plain=False, real_time=False):
        self._options = {"uart": uart_id, "wire": {"baud": baud, "obeyRts": obey_rts}, "cacheMiss": cache_miss,
                         "flash": flash and os.path.abspath(flash), "plain": plain, "realTime": real_time}
        self._firmware, self._uart, self._files = firmware, uart, files or {}
        self._timeout = timeout
        self._process = None
        self._messages = queue.Queue()
        self.counters = {}

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc):
        self.close()

    def start(self):
        """Switch the board on, wait for its REPL and copy the files."""
        parts = prepare() if self._firmware is None else prepare()._replace(firmware=self._firmware)
        options = dict(self._options, firmware=parts.firmware, **self._peer_options())
        self._process = subprocess.Popen([parts.node, parts.program, json.dumps(options)], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True, bufsize=1)
        threading.Thread(target=self._read, args=(self._process.stdout, self._messages), daemon=True).start()
        try:
            self.counters = self._wait("ready", self._timeout)["counters"]
            for device, host in self._files.items():
                self.put(device, host)
        except BaseException:
            self.close()
            raise
        return self

    def _peer_options(self):
        if self._uart is None:
            return {}
        if isinstance(self._uart, str):
            host, _, port = self._uart.rpartition(":")
            return {"peer": "tcp", "host": host or "127.0.0.1", "port": int(port)}
        return {"peer": "lockstep"}

    def put(self, device, host):
        """Copy a file, or what a folder holds, to that path on the board."""
        if os.path.isdir(host):
            for name in sorted(os.listdir(host)):
                if name != "__pycache__":
                    self.put(device.rstrip("/") + "/" + name, os.path.join(host, name))
            return
        with open(host, "rb") as f:
            self.write_file(device, f.read())

    def write_file(self, device, data):
        """Write bytes to a path on the board, making its folders."""
        self._do(self._timeout, op="put", path="/" + device.lstrip("/"), data=base64.b64encode(data).decode(),
                 limit=self._timeout * 10)

    def run(self, script, timeout=60, simulated=None, check=True, profile=False, show=None):
        """Run source text, or the file of that name if it ends in .py; returns a Result.

        timeout: seconds of wall time. simulated: seconds of the board's time (default: 10 timeouts).
        check: raise ScriptError when the script ends with an exception. show: called with text as the board prints it.
        """
        if script.endswith(".py") and "\n" not in script:
            with open(script, encoding="utf-8") as f:
                script = f.read()
        before = self.counters
        answer = self._do(timeout, show, op="run", source=script, limit=simulated or timeout * 10, profile=profile)
        counters = {name: answer["counters"][name] - before[name] for name in STEPS}
        result = Result(answer["output"].replace("\r\n", "\n"), answer["error"].replace("\r\n", "\n"), counters,
                        answer.get("profile", []))
        if check and result.error:
            raise ScriptError(result)
        return result

    def converse(self, on_data):
        """The board's plain REPL in real time (start it with plain=True); never returns. on_data(bytes): its output."""
        self._send(op="console")
        self._wait("done", None, lambda message: on_data(base64.b64decode(message["data"])))

    def type(self, data):
        """Input for converse(), from another thread."""
        self._send(op="type", data=base64.b64encode(data).decode())

    def save_flash(self, path):
        """Keep the board's flash, firmware and files, in a file here; another board can start from it."""
        self._do(self._timeout, op="flash", path=os.path.abspath(path))

    def close(self):
        """Switch the board off."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.stdin.close()
            process.wait(timeout=5)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()
        finally:
            process.stdout.close()

    # ---- the emulator's messages

    @staticmethod
    def _read(stream, messages):
        for line in stream:
            messages.put(json.loads(line))
        messages.put({"event": "failed", "reason": "the emulator has ended"})

    def _do(self, timeout, show=None, **message):
        self._send(**message)
        answer = self._wait("done", timeout, None if show is None else lambda m: show(_text(m)))
        self.counters = answer["counters"]
        return answer

    def _send(self, **message):
        if self._process is None:
            raise PicoError("the board is switched off")
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
        except OSError:
            raise PicoError("the emulator has ended") from None

    def _wait(self, wanted, timeout, on_output=None):
        """The next message of that event; serves the lockstep peer meanwhile."""
        end = None if timeout is None else time.monotonic() + timeout
        printed = []
        while True:
            try:
                message = self._messages.get(timeout=None if end is None else max(0, end - time.monotonic()))
            except queue.Empty:
                self._kill()
                raise TimeLimit("no end after %g seconds" % timeout, "".join(printed)) from None
            event = message["event"]
            if event == wanted:
                return message
            if event == "uart":
                self._serve(message)
            elif event in ("output", "console"):
                printed.append(_text(message))
                if on_output:
                    on_output(message)
            elif event == "failed":
                self._fail(message["reason"], "".join(printed))

    def _serve(self, message):
        reply = self._uart.exchange(message["now"], bytes.fromhex(message["rx"]), message["queued"])
        self._send(**(reply or Reply()).message())

    def _fail(self, reason, printed):
        self._kill()
        if reason.startswith("no end after"):
            raise TimeLimit(reason, printed)
        raise PicoError(reason + ("\n--- printed before:\n" + printed if printed else ""))

    def _kill(self):
        if self._process is not None:
            self._process.kill()
        self.close()


def _text(message):
    return base64.b64decode(message["data"]).decode("utf-8", "replace").replace("\r\n", "\n")
