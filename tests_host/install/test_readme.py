"""README.md followed literally: its program runs, its commands exist and the quick ones are run, its paths are there."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from espsim import Air, Sim
from mp import host, services
from rules import source
from tools import romfs

TEXT = (source.TOP / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.M | re.S)
PROGRAM = next(text for kind, text in BLOCKS if kind == "python")
COMMANDS = [line.split("#")[0].split("  ")[0].strip() for kind, text in BLOCKS if not kind for line in text.splitlines()]
# A Pico's `machine`, as far as the program uses it: the UART is the line to the simulated module
MACHINE = """
import espat_board
class Pin:
    def __init__(self, number, *more): pass
def UART(number, baud, tx=None, rx=None, rxbuf=0):
    return espat_board.port()
from time import sleep_ms
def idle(): sleep_ms(1)
class Timer:
    PERIODIC = 1
    def __init__(self, number, period, mode, callback): pass
"""
PAGE = b"the page of the first example\n"


def test_the_first_program(tmp_path):
    if host.why_missing("mp64"):
        pytest.skip(host.why_missing("mp64"))
    assert PROGRAM.count('"ssid", "password"') == 1
    (tmp_path / "machine.py").write_text(MACHINE)
    shutil.copy(source.TOP / "boards/unix.py", tmp_path / "espat_board.py")
    (tmp_path / "main.py").write_text("import sys, machine\nsys.modules['machine'] = machine\n" +
                                      PROGRAM.replace('"ssid", "password"', '"espressif", "1234567890"'))
    air = Air()
    with services.WebServer(PAGE).running() as url, Sim(air=air) as sim:
        air.names["example.com"] = "10.9.8.7"
        air.routes["10.9.8.7", 80] = ("127.0.0.1", int(url.rstrip("/").rpartition(":")[2]))
        done = host.run("mp64", tmp_path / "main.py", paths=[host.LIB, tmp_path],
                        extra={"ESPAT_PORT": "%s:%d" % sim.address[:2]})
    assert done.returncode == 0 and done.output.strip() == PAGE.decode().strip(), done.output


def test_every_path_exists():
    named = re.findall(r"`((?:lib|examples|boards|tests_host|docs|espat_host)/[\w./]*)`", TEXT)
    assert len(named) > 10
    for path in named:
        assert (source.TOP / path).exists(), f"README.md names {path}"


@pytest.mark.parametrize("command", COMMANDS)
def test_command(command):
    """make has the target, mpremote takes the arguments' files, and what is quick runs to its end."""
    words = command.split()
    if words[0] == "make":
        clean = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
        done = subprocess.run(["make", "-n", *words[1:2]], cwd=source.TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, env=clean)
        assert done.returncode == 0, done.stdout
    elif words[0] == "mpremote":
        if words[1:3] == ["romfs", "deploy"]:  # what `make romfs` makes; pico/test_romfs.py runs it
            assert words[3:] == ["dist/espat.romfs"] and "espat.romfs" in romfs.IMAGES
            return
        files = [w for w in words[1:] if re.search(r"\.(py|json)$", w) and not w.startswith(":")]
        assert files and all((source.TOP / f).is_file() for f in files)
    else:
        assert words[:3] == ["python3", "-m", "espat_host"], f"how is {command!r} to be tried?"
        with Sim() as sim:
            words = [sys.executable, *words[1:]]
            words = ["socket://%s:%d" % sim.address[:2] if w == "/dev/ttyUSB0" else w for w in words]
            done = subprocess.run(words, cwd=source.TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        assert done.returncode == 0 and len(done.stdout) > 50, done.stdout


def test_there_is_something_to_follow():
    assert len(COMMANDS) >= 10 and any("espat_host" in c for c in COMMANDS)
