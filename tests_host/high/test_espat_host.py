"""`python3 -m espat_host` against the simulated module: over TCP and a pseudo terminal, with good lines and bad ones."""

import os
import select
import socket
import subprocess
import sys
import termios
import threading
import time
import tty

import pytest

import espat_host  # noqa: F401  it makes espat importable
from espat import checkup
from espat_host.port import SerialPort
from espat_host.progress import Bar
from espsim import Sim
from high.stage import Stage
from mp import host
from sim import servers

RATES = {getattr(termios, name): int(name[1:]) for name in dir(termios) if name[0] == "B" and name[1:].isdigit()}


def run(address, *arguments, code=0, typed="", **more):
    """What the tool says on stdout and stderr together."""
    done = subprocess.run([sys.executable, "-m", "espat_host", "--port", str(address), *arguments], input=typed, cwd=host.TOP,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
                          env={**os.environ, "ESPAT_PASSWORD": "1234567890", **more})
    assert done.returncode == code, done.stdout
    assert "Traceback" not in done.stdout and "1234567890" not in done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def sim():
    with Sim() as sim:
        yield sim
        assert sim.module.failures == []


@pytest.fixture
def url(sim):
    return "socket://%s:%d" % sim.address[:2]


class Adapter:
    """A pseudo terminal wired to a simulated module: at another rate than the module's, either end hears noise.

    path: the terminal. deaf: what the PC sends is lost. held: nothing comes out while the module's CTS is on.
    """

    def __init__(self, sim, deaf=False, held=False):
        self.deaf = deaf
        self.held = held
        self.uart = sim.module.uart
        self.rates = [self.uart.setting.baud]
        self.changed = 0
        self.sock = socket.create_connection(sim.address)

    def __enter__(self):
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.path = os.ttyname(self.slave)
        self.stop_r, self.stop_w = os.pipe()
        self.thread = threading.Thread(target=self._copy)
        self.thread.start()
        return self

    def __exit__(self, *error):
        os.write(self.stop_w, b"x")
        self.thread.join()
        self.sock.close()
        for number in (self.master, self.slave, self.stop_r, self.stop_w):
            os.close(number)

    def _copy(self):
        while True:
            ready = select.select([self.master, self.sock, self.stop_r], [], [])[0]
            if self.stop_r in ready:
                return
            if self.sock in ready:
                data = self._noise(self.sock.recv(4096))
                if not (self.held and self.uart.setting.flow & 2):
                    os.write(self.master, data)
            if self.master in ready:
                data = self._noise(os.read(self.master, 4096))
                if not self.deaf:
                    self.sock.sendall(data)

    def _noise(self, data):
        rate = RATES.get(termios.tcgetattr(self.slave)[5])
        return data if rate in self._rates() else bytes(c & 0x0F | 0x80 for c in data)

    def _rates(self):
        """The module's rate; for a moment also the one before, at which bytes may be under way here."""
        now = time.monotonic()
        if self.uart.setting.baud != self.rates[-1]:
            self.rates = [self.rates[-1], self.uart.setting.baud]
            self.changed = now
        return self.rates if now - self.changed < 0.1 else self.rates[-1:]


@pytest.fixture
def short(monkeypatch):
    """A search that ends soon."""
    monkeypatch.setattr(checkup, "RATES", (115200, 921600))
    monkeypatch.setattr(checkup, "_ANSWER", 200)
    monkeypatch.setattr(checkup, "_SETTLE", 300)


# what is wrong with the line


def test_check(url):
    text = run(url, "check")
    assert "The module answers. Nothing to do." in text and "AT firmware 3.4.0.0 on ESP32" in text


def test_check_over_a_terminal_finds_the_rate():
    with Sim(baud=460800) as sim, Adapter(sim) as adapter:
        text = run(adapter.path, "check")
    assert "Set BAUD = 460800" in text and "460800 baud" in text.splitlines()[-1]


def test_flow_control_is_not_wired(short):
    with Sim() as sim:
        setting = sim.module.uart.setting._replace(flow=3)
        sim.call(sim.module.uart.configure, setting)
        with Adapter(sim, held=True) as adapter:
            found = checkup.examine(SerialPort(adapter.path), 115200)
        assert found.name == "cts" and found.flow == 0 == sim.module.uart.setting.flow


def test_noise_and_a_deaf_module(short, monkeypatch):
    monkeypatch.setattr(checkup, "_ANSWER", 100)
    with Sim() as sim:
        sim.call(sim.module.uart.configure, sim.module.uart.setting._replace(baud=74880))
        with Adapter(sim) as adapter:
            threading.Timer(0.3, sim.inject, (b"\r\nready\r\nWIFI CONNECTED\r\n",)).start()
            assert checkup.examine(SerialPort(adapter.path), 115200).name == "garbage"
        sim.call(sim.module.uart.configure, sim.module.uart.setting._replace(baud=115200))
        with Adapter(sim, deaf=True) as adapter:
            port = SerialPort(adapter.path)
            threading.Timer(0.3, sim.inject, (b"\r\nready\r\nWIFI CONNECTED\r\n",)).start()
            assert checkup.examine(port, 115200).name == "deaf"


def test_bytes_are_lost_in_a_long_answer():
    with Sim(faults=[{"on": "to_host", "match": "+CMD:40", "drop": 30}]) as sim:
        assert "parts of a long answer were lost" in run("socket://%s:%d" % sim.address[:2], "check")


def test_nothing_is_plugged_in():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        text = run("socket://127.0.0.1:%d" % s.getsockname()[1], "check", code=1)
    assert "Is the adapter plugged in" in text
    assert "Is the adapter plugged in" in run("/dev/no-such-port", "scan", code=1)


# the chores


def test_scan_and_join(url, sim, tmp_path):
    text = run(url, "scan")
    assert "espressif" in text and "access points." in text.splitlines()[-1]
    assert "Joined espressif, address " in run(url, "join", "espressif")
    assert "no access point of that name" in run(url, "join", "nowhere", code=1)
    (tmp_path / "password").write_text("wrong password\n")
    assert "the password is wrong" in run(url, "join", "espressif", "--password-file", str(tmp_path / "password"), code=1)


def test_join_is_kept():
    with Sim() as sim:
        assert "kept for its next start" in run("socket://%s:%d" % sim.address[:2], "join", "espressif", "--save")
        sim.restart()
        ask = ("socket://%s:%d" % sim.address[:2], "terminal")
        servers.until(lambda: '+CWJAP:"espressif"' in run(*ask, typed="AT+CWJAP?\n"), 20)


def test_baud_and_restore():
    with Sim(baud=115200) as sim, Adapter(sim) as adapter:
        assert "Say --baud 230400 from now on" in run(adapter.path, "baud", "230400")
        assert sim.module.uart.setting.baud == 230400
        text = run(adapter.path, "--baud", "230400", "restore", typed="no\n", code=1)
        assert "Nothing was changed." in text and sim.module.uart.setting.baud == 230400
        assert "has restarted" in run(adapter.path, "--baud", "230400", "restore", "--yes")
        assert sim.module.uart.setting.baud == 115200


def test_certificate(url, sim, tmp_path):
    path = host.TOP / "tests_host/espsim/pki/client_ca_01.crt"
    text = run(url, "certificate", str(path), "--kind", "mqtt_ca", "--slot", "1")
    assert "100 %" in text and "mqtt_ca.1: written, %d bytes." % path.stat().st_size in text
    assert "was there already" in run(url, "certificate", str(path), "--kind", "mqtt_ca", "--slot", "1")
    (tmp_path / "text").write_text("hello")
    assert "neither PEM" in run(url, "certificate", str(tmp_path / "text"), code=1)


def test_ota(tmp_path):
    with Stage() as stage:
        line = "socket://" + stage.variables["ESPAT_PORT"]
        stage.do_firmware("v9.2.0.0")
        (tmp_path / "new.bin").write_bytes(stage.web().files.image)
        text = run(line, "ota", str(tmp_path / "new.bin"), "--ssid", "espressif", "--address", "127.0.0.1")
        assert "fetched [##############################] 100 %" in text and "v9.2.0.0" in text.splitlines()[-1]
        stage.do_firmware("v9.3.0.0")
        text = run(line, "ota", "--ssid", "espressif")
        assert "... version known" in text
        assert stage.sim.module.failures == []


def test_a_module_that_refuses(url):
    assert "It was refused" in run(url, "ota", "http://127.0.0.1:9/none", code=1)


def test_terminal(url):
    text = run(url, "terminal", typed="AT+NONSENSE\n")
    assert text.rstrip().endswith("ERROR")
    assert "AT version:3.4.0.0" in run(url, "terminal", typed="AT+GMR\n")


def test_bar_on_a_terminal():
    class Screen(list):
        write = list.append

        def isatty(self):
            return True

        def flush(self):
            pass

    screen = Screen()
    bar = Bar("writing", 200, screen)
    for _ in range(4):
        bar.advance(50)
    bar.advance(50)
    assert len(screen) == 5 and screen[2].startswith("\rwriting [###############") and screen[-1].endswith("100 %\n")
