"""ROMFS images: built by mpremote's builder, whole, small enough for the partitions there are, and all works from them.

The interpreters run them from memory that can only be read (mp/inside/rom.py); on the emulated Pico: pico/test_romfs.py.
"""

import os
import signal
import subprocess
import sys

import pytest

from ble import players as ble
from mp import board, host, programs, services
from mpclients import run as clients
from net import players
from rules import source
from tools import package, romfs

MICROPYTHON = ("mp64", "mp32")
# The ROM partition of MicroPython's 4 MB layout for the ESP32, and what pico/firmware.py gives the Pico
SMALL, LARGE = 128 * 1024, 256 * 1024
# (where it is played, program): what a program does with the library, for a few seconds
PROGRAMS = (
    (players, "t_reading"),
    (players, "t_writing"),
    (clients, "t_tls"),
    (clients, "t_servers"),
    (clients, "t_contracts"),
    (clients, "t_microdot"),
    (ble, "t_memory"),
)
LISTING = """
import os
def walk(folder):
    for entry in os.ilistdir(folder):
        path = folder + "/" + entry[0]
        if entry[1] & 0x4000: walk(path)
        else: print(path)
walk("/rom")
"""


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    return {path.name: path for path in romfs.build(tmp_path_factory.mktemp("romfs"))}


@pytest.fixture(params=MICROPYTHON)
def interpreter(request):
    if host.why_no_rom(request.param):
        pytest.skip(host.why_no_rom(request.param))
    return request.param


def test_same_bytes_from_a_run_by_itself(images, tmp_path):
    """As the Makefile runs it."""
    done = subprocess.run([sys.executable, "tests_host/tools/romfs.py", str(tmp_path)], cwd=source.TOP, capture_output=True,
                          text=True, timeout=100, env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"})
    assert done.returncode == 0, done.stderr
    for name, path in images.items():
        assert (tmp_path / name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", romfs.IMAGES)
def test_each_holds_what_its_description_installs(images, name):
    if host.why_no_rom("mp64"):
        pytest.skip(host.why_no_rom("mp64"))
    done = host.run("mp64", "-c", LISTING, paths=[images[name]])
    files = package.files(package.SLICES[romfs.IMAGES[name]])
    assert sorted(done.output.split()) == sorted("/rom/" + file[:-3] + ".mpy" for file in files)


def test_they_fit(images):
    """Sockets into the partition of an ESP32, everything into the Pico's, with a tenth to grow."""
    assert images["espat-sockets.romfs"].stat().st_size < 0.9 * SMALL
    assert images["espat.romfs"].stat().st_size < 0.9 * LARGE


def test_what_is_run_from_it_can_only_be_read(images, interpreter):
    """Else the tests below would not show that nothing writes there."""
    image = images["espat.romfs"]
    done = host.run(interpreter, "-c", f"import __main__; __main__.mapped({str(image)!r})[0] = 1", paths=[image])
    assert done.returncode in (-signal.SIGSEGV, -signal.SIGBUS), done


def test_a_library_from_elsewhere_does_not_pass(images, interpreter):
    program = f"import sys; sys.path.insert(0, {str(host.LIB)!r}); import espat"
    done = host.run(interpreter, "-c", program, paths=[images["espat.romfs"]])
    assert done.returncode == 3 and "not from the image: espat" in done.output, done


def test_an_example_from_the_smallest(images, interpreter, tmp_path):
    with services.espsim() as line, services.WebServer(b"page").running() as url:
        settings = {"PORT": line, "SSID": "espressif", "PASSWORD": "1234567890", "URL": url}
        board.Unix(tmp_path, settings, lib=images["espat-sockets.romfs"], interpreter=interpreter).run("02_connect")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("where, name", PROGRAMS, ids=[name for _, name in PROGRAMS])
def test_program(images, interpreter, where, name):
    verdicts = _play(where, name, interpreter, images["espat.romfs"])
    failed = {test: text for test, (verdict, text) in verdicts.items() if verdict != "pass"}
    assert verdicts and not failed, "\n".join("%s: %s" % pair for pair in failed.items())


def _play(where, name, interpreter, lib):
    if where is ble:
        tests, found = ble.settings(name)
        return ble.play(name, interpreter, found["PROFILE"].split()[0], tests, lib=lib)
    tests, _ = programs.settings(where.PROGRAMS / (name + ".py"), where.SETTINGS)
    return where.play(name, interpreter, tests, lib=lib)
