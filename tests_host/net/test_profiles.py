"""The same client program on every firmware, in passive and active receive, on a paced line, after an earlier program."""

import socket

import pytest

from net import players
from net.players import perform

PROFILES = ("esp32-3.4", "esp32-2.4", "c6-4.1", "esp8266-2.3", "nonos-1.7")
PROGRAM = "t_client"
TESTS = players.settings(PROGRAM)[0]


def rows():
    """(interpreter, profile, active): all on one interpreter, the odd ones on the others too."""
    for profile in PROFILES:
        for active in (False, True):
            yield "mp64", profile, active
    yield "mp32", "esp32-3.4", False
    yield "mp32", "nonos-1.7", True
    yield "cpython", "esp32-2.4", False
    yield "cpython", "nonos-1.7", False


def play_row(request, interpreter, test, variant, **options):
    perform(request, PROGRAM, interpreter, test, variant, **options)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("name, interpreter, variant", [
    pytest.param(PROGRAM, interpreter, (profile, active), id="-".join((profile, ("passive", "active")[active], interpreter)))
    for interpreter, profile, active in rows()])
def test_firmware(request, name, interpreter, variant, test):
    profile, active = variant
    play_row(request, interpreter, test, variant, profile=profile, extra={"ESPAT_ACTIVE": "1"} if active else None)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("name, interpreter, variant", [
    pytest.param(PROGRAM, "mp64", ("paced", profile), id=profile) for profile in ("esp32-3.4", "esp8266-2.3", "nonos-1.7")])
def test_paced(request, name, interpreter, variant, test):
    """115200 baud, the module's own small rings, no flow control."""
    play_row(request, interpreter, test, variant, profile=variant[1], baud=115200)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("name, interpreter, variant", [(PROGRAM, "mp64", "flow control")])
def test_paced_active_with_flow_control(request, name, interpreter, variant, test):
    play_row(request, interpreter, test, variant, baud=921600, flow=True, extra={"ESPAT_ACTIVE": "1"})


def leave_behind(stage):
    """What an earlier program has left: sender's addresses, another number of links, echo, a link, half a line."""
    with socket.create_connection(stage.sim.address) as line:
        line.settimeout(5)
        for text in (b"ATE1", b"AT+CIPDINFO=1", b"AT+CWMODE=1", b'AT+CWJAP="espressif","1234567890"', b"AT+CIPMUX=1",
                     b'AT+CIPSTART=2,"UDP","127.0.0.1",9'):
            line.sendall(text + b"\r\n")
            answer = b""
            while b"\r\nOK\r\n" not in answer:
                answer += line.recv(1000)
        line.sendall(b"AT+GARB")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("name, interpreter, variant", [
    pytest.param(PROGRAM, interpreter, "after another", id=interpreter) for interpreter in ("cpython", "mp64")])
def test_after_another_program(request, name, interpreter, variant, test):
    play_row(request, interpreter, test, variant, before=leave_behind)
