"""A board with CircuitPython for the tests of this folder: a simulated module, and programs that run on it."""

import contextlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import time

from espsim import Air, Sim
from mp import host, services

HARDWARE = pathlib.Path(__file__).parent / "hardware"
INSIDE = pathlib.Path(__file__).parent / "inside"
PROGRAMS = pathlib.Path(__file__).parent / "programs"
SSID, PASSWORD = "espressif", "1234567890"  # of the simulated air


class Board:
    """Context manager. air, sim: the simulated surroundings and module. folder: scratch space of the board."""

    def __init__(self, folder, profile="esp32-3.4", **options):
        self.folder = pathlib.Path(folder)
        self.air = Air()
        self.air.connect_timeout = 1.0
        self.sim = Sim(profile=profile, air=self.air, **options)
        shutil.copy(host.TOP / "boards/unix.py", self.folder / "espat_board.py")

    def __enter__(self):
        self.sim.start()
        return self

    def __exit__(self, *_):
        failures = self.sim.module.failures
        self.sim.stop()
        assert not failures, failures[0]

    @property
    def variables(self):
        return {"ESPAT_PORT": "%s:%d" % self.sim.address[:2], "ESPAT_SSID": SSID, "ESPAT_PASSWORD": PASSWORD}

    def links(self):
        """Numbers of the links that are open in the module."""
        return self.sim.call(lambda: sorted(self.sim.module.net.links))

    def address(self):
        """The station's address, where its servers listen."""
        return self.sim.call(lambda: self.sim.module.wifi.bind_address)

    def free_port(self):
        """A port that a server of the module may listen on: nobody uses it, or has lately, at the station's address."""
        return services.free_port()

    def name(self, name, address, port, real):
        """Let (name, port) lead to `real`, a port on this machine; the module knows it as `address`."""
        self.air.names[name] = address
        self.air.routes[address, port] = "127.0.0.1", real

    def command(self, program, function, *arguments):
        """(arguments for the interpreter, its module paths) to run a function of programs/<program>.py."""
        words = [INSIDE / "circuit.py", PROGRAMS / (program + ".py"), function, json.dumps(arguments)]
        return words, [host.LIB, self.folder, INSIDE, PROGRAMS]

    def example(self, name, **settings):
        """(arguments, paths, variables) to run examples/circuitpython/<name>.py on a board with busio and board files."""
        shutil.copy(host.TOP / "boards/circuitpython_challenger_rp2040_wifi.py", self.folder / "espat_board.py")
        known = {"CIRCUITPY_WIFI_SSID": SSID, "CIRCUITPY_WIFI_PASSWORD": PASSWORD, **settings}
        words = [INSIDE / "circuit.py", host.TOP / "examples/circuitpython" / (name + ".py")]
        return words, [HARDWARE, host.LIB, self.folder, INSIDE], {**self.variables, **known}

    def play(self, program, function, *arguments, seconds=30):
        """Run it to its end; gives what it returned. Afterwards no link may be open in the module."""
        words, paths = self.command(program, function, *arguments)
        done = host.run("cpython", *words, paths=paths, extra=self.variables, timeout=seconds, cwd=self.folder)
        value = result(done)
        assert self.links() == [], "the program has left links open"
        return value

    @contextlib.contextmanager
    def playing(self, program, function, *arguments, seconds=30):
        """The same for a program that serves: gives a Show once it has said READY, and waits for its end afterwards."""
        words, paths = self.command(program, function, *arguments)
        with self.running(words, paths, self.variables, seconds) as show:
            yield show
        show.value = result(show.done)
        assert self.links() == [], "the program has left links open"

    @contextlib.contextmanager
    def running(self, words, paths, variables, seconds=30):
        """The same for any program."""
        variables = host.environment("cpython", paths, variables)
        with tempfile.NamedTemporaryFile() as output:
            process = subprocess.Popen(host.command("cpython", *words), env=variables, cwd=self.folder,
                                       stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
            show = Show(process, pathlib.Path(output.name))
            try:
                show.wait_until_ready(seconds)
                yield show
                show.end(seconds)
            finally:
                process.kill()
                process.wait()


class Show:
    """A program that runs. done: a host.Result when it has ended. value: what its function returned."""

    def __init__(self, process, output):
        self.process, self.output = process, output
        self.done = self.value = None

    def text(self):
        return self.output.read_text(errors="replace")

    def wait_until_ready(self, seconds):
        end = time.monotonic() + seconds
        while "READY" not in self.text():
            assert self.process.poll() is None and time.monotonic() < end, self.text()
            time.sleep(0.01)

    def end(self, seconds):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        late = self.process.poll() is None
        self.done = host.Result(self.text(), self.process.returncode, late)


def ended_well(done):
    """An example's last line begins with "ok:" unless something went wrong."""
    last = done.output.rstrip().rpartition("\n")[2]
    assert not done.timed_out and done.returncode == 0 and last.startswith("ok:"), done.output


def result(done):
    """The value in what a program printed; fails with its words when there is none."""
    last = done.output.rstrip().rpartition("\n")[2]
    assert not done.timed_out, "it ran out of time:\n" + done.output
    assert done.returncode == 0 and last.startswith("RESULT "), done.output
    return json.loads(last[len("RESULT "):])
