"""A board with CircuitPython for the tests of this folder: a simulated module, and programs that run on it."""

import json
import pathlib
import shutil

from espsim import Air, Sim
from mp import host

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

    def name(self, name, address, port, real):
        """Let (name, port) lead to `real`, a port on this machine; the module knows it as `address`."""
        self.air.names[name] = address
        self.air.routes[address, port] = "127.0.0.1", real

    def command(self, program, function, *arguments):
        """(arguments for the interpreter, its module paths) to run a function of programs/<program>.py."""
        words = [INSIDE / "circuit.py", PROGRAMS / (program + ".py"), function, json.dumps(arguments)]
        return words, [host.LIB, self.folder, INSIDE, PROGRAMS]

    def play(self, program, function, *arguments, seconds=30):
        """Run it to its end; gives what it returned. Afterwards no link may be open in the module."""
        words, paths = self.command(program, function, *arguments)
        done = host.run("cpython", *words, paths=paths, extra=self.variables, timeout=seconds, cwd=self.folder)
        value = result(done)
        assert self.links() == [], "the program has left links open"
        return value


def result(done):
    """The value in what a program printed; fails with its words when there is none."""
    last = done.output.rstrip().rpartition("\n")[2]
    assert not done.timed_out, "it ran out of time:\n" + done.output
    assert done.returncode == 0 and last.startswith("RESULT "), done.output
    return json.loads(last[len("RESULT "):])
