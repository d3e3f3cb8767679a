"""examples/tools run on MicroPython and CPython, each against a module of its own, and have done what they say."""

import socket
import subprocess

import pytest

from espsim import Sim
from high.stage import Stage
from mp import board, host
from sim import servers

CERTIFICATE = b"-----BEGIN CERTIFICATE-----\n" + b"QUJD" * 300 + b"\n-----END CERTIFICATE-----\n"
BOTH = pytest.mark.parametrize("interpreter", ["mp64", "cpython"])


def run(name, sim, folder, interpreter="mp64", **settings):
    if host.why_missing(interpreter):
        pytest.skip(host.why_missing(interpreter))
    settings["PORT"] = "%s:%d" % sim.address[:2]
    lines = board.Unix(folder, settings, interpreter=interpreter).run("tools/" + name)
    assert sim.module.failures == []
    return lines


@BOTH
def test_change_baud(tmp_path, interpreter):
    with Sim() as sim:
        lines = run("change_baud", sim, tmp_path, interpreter, BAUD="460800")
        assert lines[-1] == "ok: the module answers at 460800 baud"
        sim.restart()
        assert sim.module.uart.setting.baud == 460800


def test_restore(tmp_path):
    with Sim() as sim:
        run("change_baud", sim, tmp_path, BAUD="460800")
        run("restore", sim, tmp_path)
        assert sim.module.uart.setting.baud == 115200


def test_certificate_from_pem(tmp_path):
    (tmp_path / "own.pem").write_bytes(CERTIFICATE)
    with Sim() as sim:
        for word in ("written", "it was there already"):
            lines = run("upload_certificate", sim, tmp_path, CERTIFICATE=str(tmp_path / "own.pem"), SLOT="1")
            assert lines[0] == "%s %d bytes" % (word, len(CERTIFICATE))
        with socket.create_connection(sim.address) as line:
            line.sendall(b'AT+SYSMFG=1,"client_ca","client_ca.1"\r\n')
            got = b""
            while not got.endswith(b"\r\nOK\r\n"):
                got += line.recv(4096)
        assert CERTIFICATE in got


@pytest.mark.parametrize("source, interpreter", [("a URL", "mp64"), ("Espressif", "cpython")])
def test_update_firmware(tmp_path, interpreter, source):
    if host.why_missing(interpreter):
        pytest.skip(host.why_missing(interpreter))
    with Stage() as stage:
        url = stage.do_firmware("v9.1.0.0") + "/ota"
        settings = {key.removeprefix("ESPAT_"): value for key, value in stage.variables.items()}
        if source == "a URL":
            settings["FIRMWARE"] = url
        lines = board.Unix(tmp_path, settings, interpreter=interpreter).run("tools/update_firmware")
        assert stage.sim.module.failures == []
    assert "v9.1.0.0" in lines[-1] and "v9.1.0.0" not in lines[0]
    assert ("done" in lines) == (source == "Espressif")


@BOTH
def test_bridge_carries_every_byte(tmp_path, interpreter):
    """A terminal on the PC speaks AT through the board, and 256 byte values pass unchanged, Ctrl-C among them."""
    if host.why_missing(interpreter):
        pytest.skip(host.why_missing(interpreter))
    every = bytes(range(256))
    with Sim() as sim:
        unix = board.Unix(tmp_path, {"PORT": "%s:%d" % sim.address[:2]}, interpreter=interpreter)
        command = host.command(interpreter, host.TOP / "examples/tools/bridge.py")
        variables = host.environment(interpreter, [unix.lib, tmp_path], unix.extra)
        process = subprocess.Popen(command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdin.write(b'AT+SYSMFG=2,"client_ca","x",8,256\r\n')
        process.stdin.flush()
        got = b""
        while not got.endswith(b">"):
            got += process.stdout.read1(1000)
        out, _ = process.communicate(every + b'AT+SYSMFG=1,"client_ca","x"\r\n', timeout=30)
        assert sim.module.failures == []
    assert every in out and out.rstrip().endswith(b"ok: the bridge is closed")


@BOTH
def test_check_names_the_fault(tmp_path, interpreter):
    """examples/00 against a line whose ends are joined: it says so, and what to do."""
    if host.why_missing(interpreter):
        pytest.skip(host.why_missing(interpreter))
    with servers.TcpServer(servers.echo) as joined:
        board.Unix(tmp_path, {}, interpreter=interpreter)
        done = host.run(interpreter, host.TOP / "examples/00_check_firmware.py", paths=[host.LIB, tmp_path],
                        extra={"ESPAT_PORT": "127.0.0.1:%d" % joined.port})
    assert done.returncode and "RX belongs to the module's TX" in done.output and "no module to talk to: own echo" in done.output


@BOTH
def test_check_calls_it_out_of_passthrough(tmp_path, interpreter):
    if host.why_missing(interpreter):
        pytest.skip(host.why_missing(interpreter))
    with Stage() as stage:
        settings = {key.removeprefix("ESPAT_"): value for key, value in stage.variables.items()}
        with socket.create_connection(stage.sim.address) as line:
            for text, end in ((b'AT+CWMODE=1', b"OK"), (b'AT+CWJAP="espressif","1234567890"', b"OK"),
                              (b'AT+CIPSTART="TCP","127.0.0.1",%d' % stage.do_plain_echo(), b"OK"), (b"AT+CIPMODE=1", b"OK"),
                              (b"AT+CIPSEND", b">")):
                line.sendall(text + b"\r\n")
                got = b""
                while end not in got:
                    got += line.recv(1000)
        lines = board.Unix(tmp_path, settings, interpreter=interpreter).run("00_check_firmware")
    assert any("was in passthrough" in line for line in lines), lines
