"""Hours of mixed traffic with random faults on the 32-bit MicroPython: python -m soak.run SECONDS [SEED]

The line runs at 921600 baud without flow control. The program (program.py) checks every byte; here the module, its
peers, and the faults. What must hold: nothing wrong is read, the heap after a collection does not grow, no link is
left open in the library or in the module.
"""

import contextlib
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from espsim import Air, Sim
from espsim.faults import Faults
from mp import host
from mp.services import free_port
from rules import mpy

HERE = pathlib.Path(__file__).parent
HEAP = "96k"  # the library, its five rings and the program hold 84 KB of it
TRACE = host.TOP / "build/soak.json"  # the last megabyte that went over the line
WARM = 0.3  # share of the time after which the heap has its size
GROWTH = 1024  # bytes that the heap in use after a collection may differ by
# what strikes; nothing that changes bytes without changing their number, for that is beyond detection
FAULTS = [
    {"on": "to_host", "do": "drop"}, {"on": "to_host", "do": "overflow", "n": 150}, {"on": "to_module", "do": "drop", "n": 3},
    {"on": "message", "match": "+IPD", "do": "lose"}, {"on": "message", "match": "CLOSED", "do": "lose"},
    {"on": "message", "match": "OK", "do": "lose"}, {"on": "command", "match": "AT+CIPSEND", "do": "busy", "times": 3},
    {"on": "command", "match": "AT+CIPRECVDATA", "do": "error"}, {"on": "command", "match": "AT+CIPSTART", "do": "silent"},
    {"on": "command", "match": "AT+", "do": "restart", "how": "watchdog"}, {"on": "time", "do": "restart", "how": "crash"},
    {"on": "time", "do": "kick"}, {"on": "time", "do": "ap_off", "seconds": 3.0}, {"on": "time", "do": "rst"},
    {"on": "time", "do": "stall", "seconds": 1.0}, {"on": "to_host", "do": "mute", "seconds": 0.5}, {"on": "time", "do": "hang"},
]  # fmt: skip


class Peers:
    """An echo server, an echo of datagrams, a client of the module's server, the reset pin."""

    def __init__(self, sim):
        self.sim = sim
        self.served = self.wrong = 0
        self.ends = []
        self.own = free_port()
        self.echo = self._listen(self._talk)
        self.pin = self._listen(self._pull)
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagrams.bind(("127.0.0.1", 0))
        self.ends.append(self.datagrams)
        self.closing = threading.Event()
        threading.Thread(target=self._reflect, daemon=True).start()
        threading.Thread(target=self._visit, daemon=True).start()

    def _listen(self, talk):
        server = socket.create_server(("127.0.0.1", 0))
        self.ends.append(server)
        threading.Thread(target=self._accept, args=(server, talk), daemon=True).start()
        return server.getsockname()[1]

    @staticmethod
    def _accept(server, talk):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=talk, args=(server.accept()[0],), daemon=True).start()

    @staticmethod
    def _talk(sock):
        sock.settimeout(30)
        with contextlib.suppress(OSError), sock:
            while data := sock.recv(4096):
                sock.sendall(data)

    def _pull(self, sock):
        sock.close()
        self.sim.call(self.sim.faults.muted.update, dict.fromkeys(self.sim.faults.muted, 0.0))
        self.sim.call(self.sim.module.restart_soon)

    def _reflect(self):
        with contextlib.suppress(OSError):
            while True:
                data, sender = self.datagrams.recvfrom(2000)
                self.datagrams.sendto(data, sender)

    def _visit(self):
        while not self.closing.wait(2):
            data = random.randbytes(700)
            try:
                with socket.create_connection((self.sim.module.wifi.bind_address, self.own), timeout=5) as sock:
                    sock.sendall(data)
                    back = b""
                    while len(back) < len(data) and (piece := sock.recv(1000)):
                        back += piece
            except OSError:
                continue
            self.wrong += not data.startswith(back)
            self.served += back == data

    def close(self):
        self.closing.set()
        for end in self.ends:
            end.close()


def strike(sim, rng):
    """One fault, soon."""
    rule = dict(rng.choice(FAULTS))

    def arm():
        if rule["on"] == "time":
            rule["at"] = 0.0
        elif "match" not in rule:
            rule["at"] = rng.randrange(1, 3000)
        sim.faults.arm(rule)

    sim.call(arm)
    return rule


def soak(seconds, seed=1, pause=6.0, heap=None):
    """{what was seen}; see the module's docstring for what must hold. pause: seconds between two faults. heap: such as
    "128k"."""
    rng = random.Random(seed)
    TRACE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        lib = pathlib.Path(folder)
        mpy.compile_all(lib)
        mpy.compile(HERE / "program.py", lib / "soak_program.mpy")
        with Sim(profile="esp32-3.4", baud=921600, air=Air(), faults=Faults(), boot_time=0.3, trace=TRACE) as sim:
            sim.air.connect_timeout = 3.0
            sim.trace.limit = 1 << 20
            peers = Peers(sim)
            try:
                return _watch(sim, peers, rng, lib, seconds, seed, pause, heap)
            finally:
                peers.close()


def _watch(sim, peers, rng, lib, seconds, seed, pause, heap):
    numbers = (sim.address[1], peers.echo, peers.datagrams.getsockname()[1], peers.own, peers.pin, seed, seconds)
    extra = {"SOAK_NUMBERS": " ".join(map(str, numbers))}
    command = host.command("mp32", "-c", "import soak_program", heap=heap or HEAP)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                               env=host.environment("mp32", (lib,), extra))
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(iter(process.stdout.readline, "")))
    reader.start()
    begun, struck = time.monotonic(), []
    while process.poll() is None:
        time.sleep(0.2)
        late = time.monotonic() - begun
        if late > seconds + 250:
            process.kill()
        elif late > seconds + 240:
            process.send_signal(signal.SIGINT)  # it shows where it is
        if late > 3 and late < seconds - 1 and late > 3 + pause * len(struck):
            struck.append((round(late, 1), strike(sim, rng)))
    sim.call(sim.faults.disarm)
    reader.join()
    time.sleep(0.5)
    memory = [tuple(map(int, line.split()[1:])) for line in lines if line.startswith("mem ")]
    warm = memory[int(len(memory) * WARM):]
    return {"code": process.returncode, "lines": lines, "faults": struck, "memory": memory, "wrong": peers.wrong,
            "growth": (min(m[0] for m in warm[-5:]) - min(m[0] for m in warm[:5])) if warm else None,
            "served": peers.served, "links": sim.call(lambda: sorted(sim.module.net.links)), "failures": sim.module.failures}


def judge(seen):
    """Sentences on what does not hold."""
    text = "".join(seen["lines"])
    if seen["code"] or "done" not in text:
        yield "the program ended with %s:\n%s" % (seen["code"], text[-1500:])
        return
    if "WRONG" in text or seen["wrong"]:
        yield "wrong bytes"
    if "late []" not in text:
        yield "modules have loaded on the way: %s" % [line for line in seen["lines"] if line.startswith("late")]
    if seen["growth"] is None or seen["growth"] > GROWTH:
        yield "the heap has grown by %s bytes: %s" % (seen["growth"], [m[0] for m in seen["memory"]])
    if "links [0, 0, 0, 0, 0]" not in text or seen["links"]:
        yield "links are left: %s, in the module %s" % (text.splitlines()[-2], seen["links"])
    if seen["failures"]:
        yield "the simulated module broke:\n" + seen["failures"][0]


def figures(seen):
    memory = seen["memory"]
    rounds, errors = memory[-1][1:] if memory else (0, 0)
    return "%d rounds, %d errors, %d faults, %d clients served; heap after collection %s to %s bytes, last %s" % (
        rounds, errors, len(seen["faults"]), seen["served"], min(m[0] for m in memory), max(m[0] for m in memory), memory[-1][0])


if __name__ == "__main__":
    reason = host.why_missing("mp32")
    if reason:
        sys.exit(reason)
    found = soak(int(sys.argv[1]), *map(int, sys.argv[2:3]), heap=os.environ.get("SOAK_HEAP"))
    troubles = list(judge(found))
    if troubles:
        print("faults: %s\ntrace in %s" % (found["faults"], TRACE))
    print(figures(found) if found["memory"] else "no figures")
    print("".join(line for line in found["lines"] if line.startswith("error"))[-2000:])
    sys.exit("\n".join(troubles) or None)
