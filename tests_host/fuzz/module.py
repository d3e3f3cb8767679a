"""The simulated module as a target: whatever a host sends, it answers, and afterwards AT gives OK.

An input's first byte says which module and in what state, see FLAGS; where PAUSE stands the host falls silent, in the
midst of a command or of a payload as it may be.
"""

import errno
import socket

from espsim.air import Air
from espsim.faults import Faults
from espsim.sim import build, shut_down

from faults.clock import Clock, Wires

SECONDS = 12.0  # for whatever the bytes have begun: nothing the module does on its own takes longer without a peer
ALIVE = b"\r\nOK\r\n"
NONOS, ONLINE, OPEN_END = FLAGS = 1, 2, 4  # old firmware; joined, with links open; what was sent last lacks its end
PAUSE = b"\xfe"
SILENCE = 0.7  # seconds
JOIN = (b"AT+CWMODE=3\r\n", b'AT+CWJAP="espressif","1234567890"\r\n', b"AT+CIPMUX=1\r\n", b"AT+CIPSERVER=1\r\n",
        b'AT+CIPSTART=0,"UDP","127.0.0.1",9,49152,2\r\n', b'AT+CIPSTART=1,"UDP","127.0.0.1",49152,9\r\n')  # fmt: skip

# commands that open a data phase, for the fuzzer to begin with
DATA = (b"AT+CIPSEND=0,6", b'AT+CIPSEND=0,6,"127.0.0.1",49152', b"AT+CIPSENDL=1,6", b"AT+CIPSENDEX=1,6", b"AT+USERRAM=2,0,6",
        b'AT+FS=0,2,"a",0,6', b'AT+SYSFLASH=1,"mfg_nvs",0,6', b'AT+SYSMFG=2,"client_cert","client_cert.0",8,6',
        b'AT+HTTPCPOST="http://127.0.0.1:9/",6,1,"a: b"', b"AT+HTTPURLCFG=8", b"AT+HTTPCHEAD=6",
        b'AT+HTTPCPUT="http://127.0.0.1:9/",6', b"AT+MQTTLONGCLIENTID=0,6", b"AT+MQTTLONGUSERNAME=0,6", b"AT+WSHEAD=6",
        b'AT+MQTTPUBRAW=0,"topic",6,0,0', b"AT+WSSEND=0,6", b"AT+DRVSPIWR=6", b"AT+SYSMSGFILTERCFG=1,3,3",
        b"AT+BLEGATTSSETATTR=1,1,,6", b"AT+CIPMODE=1\r\nAT+CIPSEND", b"AT+SYSROLLBACK\r\nAT+USEROTA=6")  # fmt: skip


class Enclosed(Clock):
    """The fuzzer makes addresses up: this loop's sockets reach nobody but this machine, and it knows no names."""

    async def getaddrinfo(self, host, *args, **options):
        raise socket.gaierror(socket.EAI_NONAME, "no names here")

    async def sock_connect(self, sock, address):
        _only_here(address)
        return await super().sock_connect(sock, address)

    async def sock_sendto(self, sock, data, address):
        _only_here(address)
        return await super().sock_sendto(sock, data, address)


def _only_here(address):
    if not (address[0].startswith("127.") or address[0] == "::1"):
        raise OSError(errno.ENETUNREACH, "not of this machine")


def _exchange(clock, wires, data, seconds):
    wires.received.clear()
    wires.line.host_bytes(data)
    clock.work(seconds)
    return bytes(wires.received)


def flags(data):
    """(the flags of an input, the rest)."""
    return (data[0] if data and data[0] <= sum(FLAGS) else 0), data[1:]


def espsim(data):
    """One fresh module gets the bytes; AssertionError when one of its handlers breaks, or it stays dumb."""
    if b"GSLP" in data.upper():  # deep sleep ends by the reset pin, or not at all
        return
    state, told = flags(data)
    clock = Enclosed()
    module = build("nonos-1.7" if state & NONOS else "esp32-3.4", air=Air(), faults=Faults())
    module.uart.start()
    module.air.enter(module)
    wires = Wires(clock, module.uart, module.faults)
    try:
        clock.run(module.power_on())
        if state & ONLINE:
            for line in JOIN:
                _exchange(clock, wires, line, SILENCE)
        pieces = told.split(PAUSE)
        for piece in pieces[:-1]:
            _exchange(clock, wires, piece, SILENCE)
        _exchange(clock, wires, pieces[-1] + (b"" if state & OPEN_END else b"\r\n"), SECONDS)
        assert not module.failures, module.failures[0]
        assert _revive(clock, wires), data
        assert not module.failures, module.failures[0]
    finally:
        clock.run(shut_down(module))
        clock.end()


def _revive(clock, wires):
    for _ in range(6):
        clock.work(0.1)
        _exchange(clock, wires, b"+++", 0.1)
        _exchange(clock, wires, b"\r\nAT+RST\r\n", 0.3)
        _exchange(clock, wires, b"x" * 9000 + b"\r\n", 0.1)  # fills a data phase that is left
        if ALIVE in _exchange(clock, wires, b"ATE0\r\n", SECONDS):
            return True
    return False
