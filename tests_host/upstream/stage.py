"""Two simulated modules in one air, each with a program beside it that is `micropython` over the module."""

import ast
import contextlib
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

from espsim import Sim
from mp import host
from net.stage import PASSWORD, SSID
from upstream import internet

INSIDE = pathlib.Path(__file__).parent / "inside"
INTERPRETER, NAME = "mp64", "MicroPython 1.25.0, 64 bits"  # the version that the tests are of
PATIENCE = 60
# MicroPython takes no argument of more than 255 bytes
_WRAPPER = """#!/bin/sh
[ "$1" = -c ] && printf %s "$2" >{text} && set -- {text} here
exec env {words} "$@"
"""


class Boards:
    """A context manager. folder: for the programs. count: modules. profile: of all of them. server: a ble.trickle.Server
    that each program downloads from meanwhile."""

    def __init__(self, folder, count=2, profile="esp32-3.4", server=None):
        self.folder = pathlib.Path(folder)
        self.count = count
        self.profile = profile
        self.server = server

    def __enter__(self):
        self.stack = contextlib.ExitStack()
        self.air = internet.Outside()
        self.stack.enter_context(internet.around(self.air, self.folder))
        self.air.connect_timeout = 3.0
        shutil.copy(host.TOP / "boards/unix.py", self.folder / "espat_board.py")
        self.sims = []
        for _ in range(self.count):
            self.sims.append(Sim(profile=self.profile, air=self.air).start())
            self.stack.callback(self.sims[-1].stop)
        if self.count == 1:  # a module alone is its own loopback
            own = self.sims[0].call(lambda: self.sims[0].module.wifi.bind_address)
            self.air.routes["127.0.0.1", 8080] = own, 8080
        return self

    def __exit__(self, *error):
        self.stack.close()

    def failures(self):
        """What broke inside the simulated modules."""
        return [text for sim in self.sims for text in sim.module.failures]

    def program(self, number, tls="module"):
        """The path of a program that does what `micropython` does, over module `number`."""
        extra = {"ESPAT_PORT": "%s:%d" % self.sims[number].address[:2], "ESPAT_SSID": SSID, "ESPAT_PASSWORD": PASSWORD,
                 "ESPAT_TLS": tls}
        if self.server:
            extra["ESPAT_DOWNLOAD"] = "%d %s" % (self.server.port, self._download(number))
        places = [str(p) for p in (host.LIB, self.folder, INSIDE.parent / "shims")]
        extra["MICROPYPATH"] = ":".join([*places, ".frozen"])
        words = [*("%s=%s" % pair for pair in extra.items()),
                 *host.command(INTERPRETER, INSIDE / "on_module.py", heap="4M")]
        path = self.folder / ("micropython-%d-%s" % (number, tls))
        text = self.folder / ("program-%d.py" % number)
        path.write_text(_WRAPPER.format(text=shlex.quote(str(text)), words=" ".join(shlex.quote(str(w)) for w in words)))
        path.chmod(0o755)
        return path

    def _download(self, number):
        return self.folder / ("download-%d.txt" % number)

    def downloads(self):
        """Of each program: (bytes that have arrived, their checksum, how many of them while the program ran)."""
        return [ast.literal_eval(self._download(n).read_text()) for n in range(self.count)]

    def multitest(self, runner, file, tls="module"):
        """What upstream's run-multitests.py says of a test."""
        instances = [a for n in range(self.count) for a in ("-i", "exec:%s" % self.program(n, tls))]
        return _run([sys.executable, runner, *instances, file])

    def single(self, file, tls="plain"):
        """What a program of one board prints."""
        return _run([self.program(0, tls), file])


def _run(command):
    done = subprocess.run([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=PATIENCE, env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
    return done.stdout.decode(errors="backslashreplace")
