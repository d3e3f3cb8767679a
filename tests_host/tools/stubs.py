"""The stubs of MicroPython's and CircuitPython's own modules, each port's in a folder of its own: they have the same names.

    python3 tests_host/tools/stubs.py        installs what is missing (make setup does)

Versions stand in pyproject.toml, extras stubs-*; the folders lie in ~/.cache/espat/stubs.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("ESPAT_CACHE") or pathlib.Path.home() / ".cache/espat") / "stubs"
PORTS = "rp2", "stm32", "circuitpython"


class Unavailable(Exception):
    """They cannot be had; the text says why."""


def requirement(port):
    """Such as micropython-rp2-stubs==1.29.0."""
    return re.search(rf'^stubs-{port} = \["(.+)"\]$', (TOP / "pyproject.toml").read_text(), re.M).group(1)


def folder(port):
    """Where the stubs of a port lie; installs them if need be."""
    wanted = requirement(port)
    place = CACHE / wanted
    if not place.is_dir():
        _install(wanted, place)
    return place


def _install(wanted, place):
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as made:
        command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--target", made, wanted]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise Unavailable("pip cannot install %s: %s" % (wanted, done.stdout.strip().rpartition("\n")[2]))
        try:
            pathlib.Path(made).rename(place)
        except OSError:
            if not place.is_dir():  # otherwise somebody else was faster
                raise
        else:
            os.mkdir(made)  # for TemporaryDirectory to remove
    place.chmod(0o755)


def main():
    for port in PORTS:
        try:
            print("setup: stubs in", folder(port))
        except Unavailable as e:
            print("setup: tests that need stubs will be skipped:", e)


if __name__ == "__main__":
    main()
