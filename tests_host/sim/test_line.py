"""The UART: pace, rings, overflow with and without flow control, change of rate."""
import asyncio
import socket
import threading
import time

import pytest
from espsim.line import Line, Setting
from sim.talk import PROMPT, Host


class Reader:
    """An intake that takes only while it may."""

    def __init__(self):
        self.open = True
        self.data = bytearray()

    def take(self, ring):
        if not self.open:
            return 0
        self.data += ring
        return len(ring)


class FakePort:
    full = False
    paused = False

    def __init__(self):
        self.data = bytearray()

    def write(self, data):
        self.data += data

    def pause(self, yes):
        self.paused = yes

    async def drain(self):
        pass


def on_line(test, **options):
    """Run test(line, reader, port) in a loop with a started line."""

    async def main():
        line, reader, port = Line(**options), Reader(), FakePort()
        line.intake = reader
        line.plug(port)
        line.start()
        try:
            await test(line, reader, port)
        finally:
            line.stop()

    asyncio.run(main())


def test_bytes_take_their_time_both_ways():
    async def test(line, reader, port):
        begin = time.monotonic()
        line.host_bytes(bytes(1152))
        line.write(bytes(1152))
        await asyncio.sleep(0.05)
        assert 400 < len(reader.data) < 800 and 400 < len(port.data) < 800
        while len(reader.data) < 1152 or len(port.data) < 1152:
            await asyncio.sleep(0.001)
        assert 0.098 < time.monotonic() - begin < 0.2

    on_line(test, baud=115200)


def test_silence_is_that_of_the_wire_however_late_the_machine_is():
    async def test(line, reader, port):
        silences = []

        def take(ring):
            silences.append(line.silence)
            time.sleep(0.005)
            return len(ring)

        reader.take = take
        await asyncio.sleep(0.05)
        line.host_bytes(bytes(100))
        await asyncio.sleep(0.1)
        line.host_bytes(bytes(10))
        await asyncio.sleep(0.05)
        assert len(silences) == 6
        assert silences[0] > 0.04 and max(silences[1:5]) < 0.0001 and 0.05 < silences[5] < 0.1

    on_line(test, baud=115200)


def test_without_flow_control_the_ring_overflows():
    async def test(line, reader, port):
        reader.open = False
        line.host_bytes(bytes(range(256)) * 12)
        await asyncio.sleep(0.1)
        assert len(line.ring) == 2048 and line.lost == 1024 and not port.paused
        reader.open = True
        line.kick()
        assert bytes(reader.data) == bytes(range(256)) * 8

    on_line(test, baud=921600)


def test_with_flow_control_the_host_waits():
    async def test(line, reader, port):
        reader.open = False
        line.host_bytes(bytes(range(256)) * 32)
        await asyncio.sleep(0.1)
        assert len(line.ring) <= 2048 + 200 and line.lost == 0 and port.paused
        reader.open = True
        line.kick()
        await asyncio.sleep(0.1)
        assert bytes(reader.data) == bytes(range(256)) * 32 and line.lost == 0 and not port.paused

    on_line(test, baud=921600, wired=True)


def test_wires_alone_do_not_help():
    async def test(line, reader, port):
        line.configure(Setting(921600, 8, 1, 0, 0))
        reader.open = False
        line.host_bytes(bytes(4096))
        await asyncio.sleep(0.1)
        assert line.lost == 2048

    on_line(test, baud=921600, wired=True)


def test_a_host_that_does_not_read_loses_bytes_or_holds_them():
    async def without(line, reader, port):
        port.full = True
        line.write(bytes(1000))
        await asyncio.sleep(0.05)
        assert line.unsent_lost == 1000 and not port.data

    async def with_cts(line, reader, port):
        line.configure(Setting(921600, 8, 1, 0, 3))
        port.full = True
        line.write(bytes(3000))
        await asyncio.sleep(0.05)
        held = len(port.data)
        port.full = False
        line.port_ready()
        await asyncio.sleep(0.05)
        assert held < 1000 and len(port.data) == 3000 and line.unsent_lost == 0

    on_line(without, baud=921600)
    on_line(with_cts, baud=921600, wired=True)


def test_unpaced_line_never_loses():
    async def test(line, reader, port):
        reader.open = False
        line.host_bytes(bytes(100000))
        assert port.paused and line.lost == 0
        reader.open = True
        line.kick()
        assert len(reader.data) == 100000 and not port.paused

    on_line(test)


def overrun(make, listener, **options):
    """Send 60 kB with AT+CIPSENDL to a peer that does not read; returns (bytes lost, host, peer)."""
    sim = make(baud=921600, **options)
    host = Host(sim).join()
    host.ok('AT+CIPSTART="TCP","127.0.0.1",%d' % listener.getsockname()[1])
    peer, _ = listener.accept()
    host.write(b"AT+CIPSENDL=60000\r\n")
    host.read(PROMPT)
    writer = threading.Thread(target=host.write, args=(bytes(60000),), daemon=True)
    writer.start()
    time.sleep(1.2)
    return sim.module.uart.lost, host, peer


@pytest.fixture
def stalled():
    """A listener whose connections have a tiny receive buffer, so that a peer that does not read blocks soon."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304)
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        server.settimeout(5)
        yield server


def test_long_send_to_a_slow_peer_without_flow_control_loses(make, stalled):
    lost, host, peer = overrun(make, stalled)
    assert lost > 10000
    host.close()
    peer.close()


def test_long_send_to_a_slow_peer_with_flow_control_does_not(make, stalled):
    lost, host, peer = overrun(make, stalled, flow=True)
    assert lost == 0
    got = 0
    peer.settimeout(5)
    while got < 60000:
        got += len(peer.recv(65536))
    assert host.read(b"SEND OK\r\n").endswith(b"\r\nSEND OK\r\n")
    host.close()
    peer.close()


def test_rate_change_answers_at_the_old_rate(make):
    sim = make(baud=9600)
    with Host(sim) as host:
        host.ok("ATE0")
        begin = time.monotonic()
        assert host.ask("AT+UART_CUR=921600,8,1,0,3") == b"\r\nOK\r\n"
        assert time.monotonic() - begin > 34 / 960
        begin = time.monotonic()
        host.ok("AT+CMD?")
        assert time.monotonic() - begin < 0.3
        assert host.lines("AT+UART_CUR?")[0] == "+UART_CUR:922190,8,1,0,3"
        sim.restart()
        host.read(b"ready\r\n")
        assert host.lines("AT+UART_CUR?")[1] == "+UART_CUR:9600,8,1,0,1"


def test_stored_rate_holds_after_a_restart_until_restored(make):
    sim = make(baud=115200)
    with Host(sim) as host:
        host.ok("AT+UART_DEF=460800,8,1,0,0")
        sim.restart()
        host.read(b"ready\r\n")
        host.ok("ATE0")
        assert host.lines("AT+UART_CUR?")[0].startswith("+UART_CUR:460929,")
        assert host.lines("AT+UART_DEF?")[0].endswith(",8,1,0,0")
        host.ok("AT+RESTORE")
        host.read(b"ready\r\n")
        assert host.lines("AT+UART_CUR?")[1] == "+UART_CUR:115201,8,1,0,1"


@pytest.mark.parametrize(
    "setting",
    ["79,8,1,0,0", "5000001,8,1,0,0", "115200,8,1,0", "115200,9,1,0,0", "115200,8,0,0,0", "115200,8,1,3,0", "115200,8,1,0,4"],
)
def test_bad_rates(host, setting):
    host.ok("ATE0")
    assert host.ask("AT+UART_CUR=" + setting) == b"\r\nERROR\r\n"


@pytest.mark.parametrize("baud", [14400, 115200])
def test_pluses_at_the_end_of_a_burst_are_payload(make, listener, baud):
    """However the burst is cut into slices; only silence before them makes an escape."""
    sim = make(baud=baud)
    with Host(sim) as host:
        host.join()
        host.ok('AT+CIPSTART="TCP","127.0.0.1",%d' % listener.getsockname()[1])
        peer, _ = listener.accept()
        for size in range(18, 30):
            payload = b"x" * (size - 6) + b"+++" + b"+++"
            assert host.send(f"AT+CIPSEND={size}", payload).endswith(b"SEND OK\r\n")
        host.write(b"AT+CIPSEND=50\r\n")
        host.read(PROMPT)
        time.sleep(0.05)
        host.write(b"+++")
        assert host.read(b"led\r\n") == b"\r\nSEND Canceled\r\n"
        peer.close()


def test_paced_session_at_115200(make, listener):
    """A slow feed: every byte at its time, through the whole of a send."""
    sim = make(baud=115200)
    with Host(sim) as host:
        host.join()
        host.ok('AT+CIPSTART="TCP","127.0.0.1",%d' % listener.getsockname()[1])
        peer, _ = listener.accept()
        peer.settimeout(5)
        begin = time.monotonic()
        assert host.send("AT+CIPSEND=2000", bytes(2000)).endswith(b"SEND OK\r\n")
        assert 2000 / 11520 < time.monotonic() - begin < 0.5
        got = 0
        while got < 2000:
            got += len(peer.recv(4000))
        peer.close()
