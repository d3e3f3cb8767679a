"""One test for every row of docs/recovery.md: what goes wrong, how long it takes, and what a program sees of it."""

import asyncio
import pathlib
import re

import pytest
from espat import Modem
from espat.errors import AtBusy, AtReset, AtTimeout
from espat.net import network, passthrough
from espat.net import socket as sockets

from mp.services import free_port
from faults import scenarios
from faults.world import SSID, World

PORT = free_port()


class Stage(World):
    """A World that is brought up, joined, and asks for nothing but what a test says."""

    def __init__(self, active=False, **options):
        super().__init__(trace=True, **options)
        self.bring_up(active=active)
        self.join()
        self.trace.clear()
        self.clock.deadline = self.clock.now + 300

    def took(self, function, *arguments):
        """(seconds, value or the exception)."""
        begun = self.clock.now
        try:
            value = function(*arguments)
        except OSError as error:
            value = error
        return self.clock.now - begun, value

    def written(self):
        return self.trace.bytes("tx")

    def echo(self):
        """A server that sends back what it gets, and closes when its client does; gives its port."""

        async def talk(reader, writer):
            while data := await self.patient(reader.read(4096)):
                writer.write(data)

        return self.serve(talk)

    def connected(self, port, timeout=None):
        sock = sockets.socket()
        sock.settimeout(timeout)
        sock.connect(("127.0.0.1", port))
        return sock

    def back(self):
        """Everything works: a fresh connection carries bytes both ways."""
        self.faults.disarm()
        self.join()
        sock = self.connected(self.echo())
        sock.write(b"are you there?")
        assert sock.read(14) == b"are you there?"
        sock.close()


@pytest.fixture
def stage():
    made = Stage()
    yield made
    assert made.close() == []


@pytest.fixture
def pinless():
    made = Stage(reset=False)
    yield made
    assert made.close() == []


# commands


def test_an_answer_that_is_lost(stage):
    stage.faults.arm({"on": "command", "do": "silent"})
    seconds, error = stage.took(stage.modem.run, b"+CWMODE?")
    assert isinstance(error, AtTimeout) and 5.0 <= seconds < 5.1
    seconds, lines = stage.took(stage.modem.run, b"+CWMODE?")
    assert lines == [b"+CWMODE:1"] and seconds < 0.1


def test_a_late_answer_is_not_the_next_commands(stage):
    stage.faults.arm({"on": "command", "do": "late", "seconds": 6.0})
    assert isinstance(stage.took(stage.modem.run, b"+CWMODE?")[1], AtTimeout)
    seconds, lines = stage.took(stage.modem.run, b"+CIPMUX?")
    assert lines == [b"+CIPMUX:1"] and seconds < 1.6


def test_busy_for_a_while(stage):
    stage.faults.arm({"on": "command", "do": "busy", "times": 4})
    seconds, lines = stage.took(stage.modem.run, b"+CWMODE?")
    assert lines == [b"+CWMODE:1"] and seconds < 2


def test_a_command_torn_on_the_line_is_refused_once(stage):
    stage.faults.arm({"on": "to_module", "at": 8, "do": "insert", "text": "\r\n"})
    assert stage.took(stage.modem.run, b"+CWMODE?")[1].errno == 5
    seconds, lines = stage.took(stage.modem.run, b"+CWMODE?")
    assert lines == [b"+CWMODE:1"] and seconds < 0.1


def test_a_final_result_too_many(stage):
    stage.faults.arm({"on": "message", "at": 0, "do": "before", "text": "\r\nOK\r\n"})
    assert stage.modem.run(b"+CWMODE?") == []
    seconds, lines = stage.took(stage.modem.run, b"+CIPMUX?")
    assert lines == [b"+CIPMUX:1"] and seconds < 0.1


@pytest.mark.parametrize("hard, most", [(False, 32), (True, 40)])
def test_busy_for_ever(stage, hard, most):
    """AT+RST, and where that is refused, too, the reset pin."""
    stage.faults.arm({"on": "command", "match": "AT+CWMODE?", "do": "stuck", "hard": hard})
    _, error = stage.took(stage.modem.run, b"+CWMODE?")
    assert isinstance(error, AtTimeout)
    seconds, lines = stage.took(stage.modem.run, b"+CIPMUX?")
    assert lines == [b"+CIPMUX:1"] and seconds < most
    assert stage.pin.pulses == hard
    assert b"AT+RST" in stage.written()
    stage.back()


def test_busy_for_long_is_not_for_ever(stage):
    """Ten seconds after a time-out the module answers again: its links live on."""
    sock = stage.connected(stage.echo())
    stage.faults.arm({"on": "command", "match": "AT+CWMODE?", "do": "late", "seconds": 15.0})
    assert isinstance(stage.took(stage.modem.run, b"+CWMODE?")[1], AtTimeout)
    seconds, lines = stage.took(stage.modem.run, b"+CIPMUX?")
    assert lines == [b"+CIPMUX:1"] and 10 < seconds < 20
    sock.write(b"still open")
    assert sock.read(10) == b"still open" and b"AT+RST" not in stage.written()


def test_silent_for_ever(stage):
    stage.faults.arm({"on": "command", "match": "AT+CWMODE?", "do": "hang"})
    _, error = stage.took(stage.modem.run, b"+CWMODE?")
    assert isinstance(error, AtTimeout)
    seconds, lines = stage.took(stage.modem.run, b"+CIPMUX?")
    assert lines == [b"+CIPMUX:1"] and seconds < 10 and stage.pin.pulses == 1
    stage.back()


def test_silent_without_a_pin(pinless):
    """Every command fails in its time and that of the search; three seconds after a sign of life all is well."""
    pinless.faults.mute(60)
    for _ in range(3):
        seconds, error = pinless.took(pinless.modem.run, b"+CWMODE?")
        assert isinstance(error, AtTimeout) and seconds < 25
    pinless.clock.sleep(60)
    pinless.clock.sleep(4)
    seconds, lines = pinless.took(pinless.modem.run, b"+CWMODE?")
    assert lines == [b"+CWMODE:1"] and seconds < 0.1


# restarts


def test_a_restart(stage):
    """The command fails, each socket once, settings are told again, the network is back, the listener listens on."""
    port = stage.echo()
    listener = sockets.socket()
    listener.bind(("", PORT))
    listener.listen(1)
    socks = [stage.connected(port) for _ in range(3)]
    stage.faults.arm({"on": "command", "match": "AT+CIPMUX?", "do": "restart", "how": "watchdog"})
    seconds, error = stage.took(stage.modem.run, b"+CIPMUX?")
    assert isinstance(error, AtReset) and seconds < 1
    for sock in socks:
        seconds, error = stage.took(sock.recv, 10)
        assert error.errno == 104 and seconds < 0.1
        assert sock.recv(10) == b""
        sock.close()
    stage.back()
    came = stage.clock.create_task(_visit(stage.address, PORT))
    listener.settimeout(5)
    client, _ = listener.accept()
    assert client.recv(5) == b"hello"
    client.close()
    stage.clock.work(5, came.done)
    told = b"ATE0", b"AT+CIPMUX=1", b"AT+CIPRECVTYPE=5,1", b"AT+CWMODE=1", b'AT+CWJAP="espressif"', b"AT+CIPSERVER=1,%d" % PORT
    for word in told:
        assert word in stage.written(), word


async def _visit(address, port):
    reader, writer = await asyncio.open_connection(address, port)
    writer.write(b"hello")
    await reader.read()
    writer.close()


def test_a_restart_nobody_has_heard(stage):
    """Its echo gives the module away."""
    sock = stage.connected(stage.echo())
    stage.faults.arm({"on": "message", "match": "ready", "do": "lose"})
    stage.module.restart_soon()
    stage.clock.work(0.5)
    seconds, error = stage.took(sock.recv, 10)
    assert error.errno == 104 and seconds < 2.5
    stage.back()


def test_a_restart_during_the_boot_log(stage):
    """A command is not begun while the module is still starting."""
    stage.module.boot_time = 1.5
    stage.faults.arm({"on": "command", "match": "AT+CIPMUX?", "do": "restart", "how": "watchdog"})
    assert isinstance(stage.took(stage.modem.run, b"+CIPMUX?")[1], AtReset)
    seconds, lines = stage.took(stage.modem.run, b"+CIPMUX?")
    assert lines == [b"+CIPMUX:1"] and seconds < 2


def test_a_setting_that_is_not_answered(stage):
    stage.faults.arm({"on": "command", "match": "AT+CIPMUX=1", "do": "silent", "times": 2})
    stage.module.restart_soon()
    begun = stage.clock.now
    stage.clock.sleep(0.5)
    stage.took(stage.join)
    assert stage.modem.run(b"+CIPMUX?") == [b"+CIPMUX:1"] and stage.clock.now - begun < 12
    assert stage.written().count(b"AT+CIPMUX=1") == 3


def test_a_mode_that_the_restarted_module_has_not_heard(stage):
    """It says OK to something else; the join that it refuses therefore is told again with the mode before it."""
    stage.module.store.erase()  # it starts with Wi-Fi off
    stage.faults.arm({"on": "to_module", "match": "AT+CWMODE", "at": -7, "insert": "\r\n"})
    stage.module.restart_soon()
    begun = stage.clock.now
    stage.clock.sleep(2)
    assert stage.faults.struck and not network.WLAN().isconnected()
    stage.join()
    assert stage.clock.now - begun < 24
    stage.back()


def test_an_access_point_that_starts_later_than_the_module(stage):
    stage.air.switch(SSID, False)
    stage.module.restart_soon()
    stage.clock.sleep(15)
    stage.air.switch(SSID, True)
    seconds, _ = stage.took(stage.join, 60)
    assert seconds < 40
    stage.back()


# the serial line


def test_the_rate_is_changed_and_survives_a_restart(stage):
    stage.modem.baud(921600)
    assert stage.module.uart.setting.baud == 921600 == stage.faults.host_baud
    stage.module.restart_soon()  # at its old rate: nobody understands "ready"
    stage.clock.work(1)
    _, error = stage.took(stage.modem.run, b"+CIPMUX?")
    assert isinstance(error, AtTimeout)
    seconds, lines = stage.took(stage.modem.run, b"+CIPMUX?")
    assert lines == [b"+CIPMUX:1"] and seconds < 15
    assert stage.module.uart.setting.baud == 921600 == stage.faults.host_baud
    stage.back()


def test_another_rate_without_a_pin(pinless):
    pinless.faults.host_baud = 115200
    pinless.module.uart.configure(pinless.module.uart.setting._replace(baud=9600))
    _, error = pinless.took(pinless.modem.run, b"+CIPMUX?")
    assert isinstance(error, AtTimeout)
    seconds, lines = pinless.took(pinless.modem.run, b"+CIPMUX?")
    assert lines == [b"+CIPMUX:1"] and seconds < 20 and pinless.faults.host_baud == 9600


@pytest.mark.parametrize("rate", [9600, 921600, 3000000])
def test_another_rate_at_bring_up(rate):
    world = World(reset=False)
    world.clock.deadline = world.clock.now + 60
    world.faults.host_baud = 74880
    world.module.uart.configure(world.module.uart.setting._replace(baud=rate))
    begun = world.clock.now
    world.bring_up()
    assert world.clock.now - begun < 15 and world.faults.host_baud == rate
    world.join()
    assert world.close() == []


def test_nobody_there_at_bring_up():
    world = World(reset=False)
    world.clock.deadline = world.clock.now + 60
    world.faults.mute(0)
    begun = world.clock.now
    with pytest.raises(AtTimeout):
        Modem(world.port, ticker=False)
    assert world.clock.now - begun < 15
    world.close()


# data


def test_a_payload_that_loses_bytes(stage):
    """The module waits for them; it is called out of it, the stream ends with an error, the others live on."""
    port = stage.echo()
    other, sock = stage.connected(port), stage.connected(port)
    stage.faults.arm({"on": "to_module", "at": 500, "do": "drop", "n": 30})
    sock.write(bytes(1000))
    seconds, error = stage.took(sock.recv, 10)
    assert error.errno == 110 and 15 <= seconds < 18
    other.write(b"and I?")
    assert other.read(6) == b"and I?"
    stage.back()


@pytest.mark.parametrize("limited, least, most", [(True, 10, 10.2), (False, 36, 43)])
def test_a_peer_that_takes_nothing_more(stage, limited, least, most):
    """The module, once told to, gives its send up after ten seconds; one that cannot is in the end told to restart."""
    if not limited:
        stage.modem.forget(b"+CIPTCPOPT")
        stage.modem.run(b"+CIPTCPOPT=5,,,0")

    async def talk(reader, writer):
        while data := await reader.read(4096):
            writer.write(data)

    async def full(data, to):
        """The peer's window is closed, and so is the module's buffer full."""
        await asyncio.Event().wait()

    port = stage.serve(talk)
    deaf, other = stage.connected(port), stage.connected(port, 60)
    stage.module.net.links[deaf.link.index].stream.send = full
    deaf.settimeout(0)
    assert deaf.write(b"is there room?") == 14
    begun = stage.clock.now
    stage.took(other.write, b"and I?")
    got = stage.took(other.read, 6)[1]
    assert least <= stage.clock.now - begun < most, (stage.clock.now - begun, got)
    assert got == b"and I?" if limited else got.errno == 104
    assert stage.written().count(b"AT+RST") == (not limited)
    assert stage.took(deaf.recv, 1)[1].errno in (104, 110)
    stage.back()


def test_what_is_known_to_have_been_sent(stage):
    port = stage.echo()
    sock = stage.connected(port)
    sock.write(b"x" * 300)
    assert sock.read(300) == b"x" * 300
    stage.faults.arm({"on": "message", "match": "SEND OK", "do": "replace", "text": "SEND FAIL"})
    sock.write(b"y" * 200)
    seconds, error = stage.took(sock.recv, 10)
    assert error.errno == 104 and "300 bytes are known to have been sent" in str(error) and seconds < 0.5
    assert stage.written().count(b"AT+CIPSEND=") == 2  # never again by itself


@pytest.mark.parametrize("n", [1, 2, 3, 5, 6, 9])
def test_lost_bytes_of_a_block_are_never_data(stage, n):
    async def talk(reader, writer):
        await reader.readexactly(1)
        writer.write(scenarios.PATTERN[:1000])
        await self_closing(reader)

    async def self_closing(reader):
        await reader.read()

    sock = stage.connected(stage.serve(talk))
    stage.faults.arm({"on": "to_host", "match": "+CIPRECVDATA:1000,", "at": 400, "do": "overflow", "n": n})
    sock.write(b"!")
    seconds, error = stage.took(sock.read, 1000)
    assert error.errno == 5 and seconds < (5.1 if n in (3, 6) else 1.1), (error, seconds)  # the OK is incomplete, or eaten
    assert all(word in str(error) for word in ("rxbuf", "RTS/CTS", "passive"))
    stage.back()


@pytest.mark.parametrize("extra", ["x", "\r\n", "\0", "OK\r\n", "\r\nOK\r\n"])
def test_additional_bytes_of_a_block_are_never_data(stage, extra):
    async def talk(reader, writer):
        await reader.readexactly(1)
        writer.write(scenarios.PATTERN[:1000])
        await reader.read()

    sock = stage.connected(stage.serve(talk))
    stage.faults.arm({"on": "to_host", "match": "+CIPRECVDATA:1000,", "at": 400, "do": "insert", "text": extra})
    sock.write(b"!")
    seconds, error = stage.took(sock.read, 1000)
    assert isinstance(error, OSError) and error.errno == 5 and seconds < 1 and "rxbuf" in str(error), (error, seconds)
    stage.back()


def test_a_notice_that_is_lost(stage):
    async def talk(reader, writer):
        await asyncio.sleep(0.2)
        writer.write(b"unannounced")
        await reader.read()

    sock = stage.connected(stage.serve(talk))
    stage.faults.arm({"on": "message", "match": "+IPD", "do": "lose"})
    seconds, data = stage.took(sock.recv, 100)
    assert data == b"unannounced" and seconds < 1.3
    stage.clock.sleep(2)
    before = stage.written().count(b"AT+CIPRECVLEN?") + stage.written().count(b"AT+CIPSTATE?")
    sock.settimeout(20)
    assert stage.took(sock.recv, 1)[1].errno == 110
    asked = stage.written().count(b"AT+CIPRECVLEN?") + stage.written().count(b"AT+CIPSTATE?") - before
    assert 15 <= asked <= 21  # once a second, no more


def test_an_end_that_is_lost(stage):
    async def talk(reader, writer):
        await asyncio.sleep(0.2)

    sock = stage.connected(stage.serve(talk))
    stage.faults.arm({"on": "message", "match": "CLOSED", "do": "lose"})
    seconds, error = stage.took(sock.recv, 100)
    assert error.errno == 104 and seconds < 3.5
    stage.back()


def test_an_end_that_is_none(stage):
    """The module has the link still open: its number is not used before it has been closed."""
    port = stage.echo()
    socks = [stage.connected(port) for _ in range(5)]
    stage.faults.arm({"on": "message", "match": "SEND OK", "do": "after", "text": "1,CLOSED\r\n"})
    socks[0].write(b"hello")
    for sock in socks:
        stage.took(sock.recv, 5)
        sock.close()
        if sock is socks[0]:
            break
    again = stage.connected(port)
    again.write(b"hello again")
    assert again.read(11) == b"hello again"


def test_a_client_whose_coming_is_lost(stage):
    listener = sockets.socket()
    listener.bind(("", PORT))
    listener.listen(1)
    stage.faults.arm({"on": "message", "match": "+LINK_CONN", "do": "lose"})
    stage.clock.create_task(_visit(stage.address, PORT))
    stage.clock.work(0.1)
    listener.settimeout(10)
    seconds, (client, peer) = stage.took(listener.accept)
    assert seconds < 3.5 and client.recv(5) == b"hello"
    client.close()


def test_a_client_that_never_came(stage):
    listener = sockets.socket()
    listener.bind(("", PORT))
    listener.listen(1)
    stage.module.write(b'+LINK_CONN:0,3,"TCP",1,"127.0.0.1",1,%d\r\n' % PORT)
    client, _ = listener.accept()
    seconds, error = stage.took(client.recv, 5)
    assert error.errno == 104 and seconds < 3.5


def _listener(port):
    listener = sockets.socket()
    listener.bind(("", port))
    listener.listen(1)
    listener.settimeout(5)
    return listener


def test_a_port_that_loses_a_digit_on_its_way(stage):
    """AT+CIPSERVER=1,12345 becomes 1,1234: the module says OK, and nobody would ever come."""
    stage.faults.arm({"on": "to_module", "match": "+CIPSERVER=1,", "at": 2, "drop": 1})
    seconds, listener = stage.took(_listener, PORT)
    assert stage.module.server.port == PORT and len(stage.faults.struck) == 1 and seconds < 0.2
    visit = stage.clock.create_task(_visit(stage.address, PORT))
    client, _ = listener.accept()
    assert client.recv(5) == b"hello"
    client.close()
    stage.clock.work(5, visit.done)
    listener.close()


def test_a_port_that_never_arrives(stage):
    """The error is named, and the next attempt listens."""
    other = '+CIPSERVER:1,77,"TCP",0\r\n'
    stage.faults.arm({"on": "message", "match": "+CIPSERVER:1,", "do": "replace", "text": other, "times": 0})
    with pytest.raises(OSError, match="another port"):
        _listener(PORT)
    assert not stage.module.server.listening
    stage.faults.disarm()
    _listener(PORT).close()


def test_a_connect_whose_ok_is_lost(stage):
    port = stage.echo()
    stage.faults.arm({"on": "message", "match": "\r\nOK\r\n", "do": "lose"})
    sock = sockets.socket()
    seconds, error = stage.took(sock.connect, ("127.0.0.1", port))
    assert error is None and seconds < 0.5
    sock.write(b"through")
    assert sock.read(7) == b"through"


def test_a_connect_that_is_not_answered(stage):
    stage.faults.arm({"on": "command", "match": "AT+CIPSTART", "do": "silent"})
    seconds, error = stage.took(stage.connected, stage.echo())
    assert error.errno == 110 and 25 <= seconds < 26
    stage.back()


# Wi-Fi


def test_an_address_nobody_has_heard_of(stage):
    stage.faults.arm({"on": "message", "match": "WIFI GOT IP", "do": "lose"})
    stage.air.kick()
    stage.clock.work(0.1)
    assert not network.WLAN().isconnected()
    seconds, _ = stage.took(stage.join)
    assert seconds < 6


def test_an_access_point_whose_end_nobody_has_heard_of(stage):
    """A connection that is refused raises the question; nothing is asked when it is the peer who refuses."""
    port = stage.echo()
    stage.clock.sleep(6)
    stage.faults.arm({"on": "message", "match": "WIFI DISCONNECT", "do": "lose"})
    stage.air.switch(SSID, False)
    stage.clock.work(0.1)
    assert network.WLAN().isconnected() and stage.took(stage.connected, port)[1].errno == 111
    begun = stage.clock.now
    while network.WLAN().isconnected():
        stage.modem.wait()
    assert stage.clock.now - begun < 6 and stage.took(stage.connected, port)[1].errno == 113
    stage.air.switch(SSID, True)
    stage.took(stage.join)
    stage.back()
    before = stage.written().count(b"AT+CWSTATE?")
    for _ in range(40):
        assert stage.took(stage.connected, 1)[1].errno == 111 and network.WLAN().isconnected()
        stage.clock.sleep(0.5)
    assert 1 <= stage.written().count(b"AT+CWSTATE?") - before <= 5


def test_a_join_that_the_module_has_not_heard(stage):
    """Torn behind its AT, the one half is answered with OK."""
    stage.faults.arm({"on": "to_module", "match": "AT+CWMODE=1\r\nAT", "do": "insert", "text": "\r\n"})
    stage.module.restart_soon()
    stage.clock.work(0.5)
    seconds, _ = stage.took(stage.join)
    assert seconds < 12 and stage.faults.struck
    stage.back()


def test_the_access_point_goes(stage):
    """An end of the network is no end of a stream."""
    sock = stage.connected(stage.echo())
    stage.faults.arm({"on": "time", "at": 1.0, "do": "ap_off", "seconds": 5.0})
    seconds, error = stage.took(sock.recv, 10)
    assert error.errno == 104 and seconds < 1.2
    sock.close()
    seconds, _ = stage.took(stage.join)
    assert seconds < 8
    stage.back()


def test_blocking_commands_leave_the_jobs_their_turn(stage):
    """A program that does nothing but speak commands, and its sockets."""
    sock = stage.connected(stage.echo())
    stage.module.turnaround = 0.005
    sock.settimeout(0)
    sock.write(b"on its way")
    for _ in range(20):
        stage.modem.run(b"+CWMODE?")
    assert sock.recv(100) == b"on its way"


def test_a_modem_that_is_busy_says_so(stage):
    stage.faults.arm({"on": "command", "match": "AT+CWMODE?", "do": "busy", "times": 0})
    seconds, error = stage.took(stage.modem.run, b"+CWMODE?")
    assert isinstance(error, AtBusy) and 5 <= seconds < 5.1


def test_lost_bytes_of_a_block_that_comes_unasked():
    """No later answer completes it, whatever its length: nothing is asked before the block is given up."""
    stage = Stage(active=True)
    port = stage.echo()
    for n in range(20, 90):
        sock = stage.connected(port)
        stage.faults.arm({"on": "to_host", "match": ",300:", "at": 200, "do": "overflow", "n": n})
        sock.write(scenarios.PATTERN[:300])
        seconds, error = stage.took(sock.read, 300)
        assert isinstance(error, OSError) and error.errno == 5 and seconds < 2.2, (n, error, seconds)
        assert all(word in str(error) for word in ("rxbuf", "RTS/CTS", "passive"))
        sock.close()
    stage.back()
    assert stage.close() == []


def test_how_a_link_receives_is_known_from_what_was_said(stage):
    """A connection that is given up before its commands were spoken leaves the module as it was."""
    port, datagrams = stage.echo(), stage.echo_datagrams()
    for _ in range(5):  # each of them hands its bytes over unasked
        sock = sockets.socket(sockets.AF_INET, sockets.SOCK_DGRAM)
        sock.connect(("127.0.0.1", datagrams))
        sock.send(b"x")
        assert sock.recv(10) == b"x"
        sock.close()
        stage.clock.sleep(0.1)
    for _ in range(5):
        sock = sockets.socket()
        sock.settimeout(0)
        with pytest.raises(OSError):
            sock.connect(("127.0.0.1", port))
        sock.close()
    for _ in range(5):
        sock = stage.connected(port)
        sock.write(b"hello")
        assert sock.read(5) == b"hello"
        sock.close()
        stage.clock.sleep(0.1)
    for n in range(5):
        assert b"AT+CIPRECVTYPE=%d,1\r\n" % n in stage.written()


def test_a_client_sent_away_before_its_link_was_set_up(stage):
    """Its link is closed in the module, too."""
    sock = sockets.socket(sockets.AF_INET, sockets.SOCK_DGRAM)
    for _ in range(5):
        sock = sockets.socket(sockets.AF_INET, sockets.SOCK_DGRAM)
        sock.connect(("127.0.0.1", 9))
        sock.close()
        stage.clock.sleep(0.1)
    listener = sockets.socket()
    listener.bind(("", PORT))
    listener.listen(1)
    came = stage.clock.create_task(_visit(stage.address, PORT))
    stage.clock.work(0.1)
    client, _ = listener.accept()
    client.close()
    stage.clock.sleep(1)
    assert came.done() and not stage.module.net.links


@pytest.mark.parametrize("way", [{"do": "drop", "n": 9}, {"do": "flip"}, {"do": "overflow", "n": 20}])
def test_a_damaged_report_of_a_client(stage, way):
    """The client is served, or it is gone; who it is was damaged, and is asked for."""
    listener = sockets.socket()
    listener.bind(("", PORT))
    listener.listen(1)
    listener.settimeout(20)
    for at in range(0, 44, 3):
        stage.faults.arm({"on": "to_host", "match": "+LINK_CONN:", "at": at, **way})
        stage.clock.create_task(_visit(stage.address, PORT))
        seconds, (client, (host, port)) = stage.took(listener.accept)
        stage.faults.disarm()
        assert seconds < 3.5 and isinstance(host, str) and isinstance(port, int)
        client.settimeout(5)
        assert stage.took(client.recv, 5)[1] in (b"hello", b"") or at
        client.close()
        stage.clock.sleep(3)


def _piped(stage):
    pipe = passthrough.connect(stage.modem, "127.0.0.1", stage.echo())
    pipe.settimeout(5)
    pipe.write(b"through the pipe")
    assert pipe.read(16) == b"through the pipe"
    return pipe


@pytest.mark.parametrize("lost, most", [(["++"], 4), (["++", "AT+CIPMODE=0\r\n++"], 18)])
def test_passthrough_that_is_not_left(stage, lost, most):
    """Of the three plus signs one gets lost, once and once more."""
    pipe = _piped(stage)
    stage.faults.arm(*[{"on": "to_module", "match": text, "do": "drop"} for text in lost])
    seconds, _ = stage.took(pipe.close)
    assert len(stage.faults.struck) == len(lost)
    stage.faults.disarm()
    more, lines = stage.took(stage.modem.run, b"+CIPMUX?")
    if isinstance(lines, AtTimeout):
        again, lines = stage.took(stage.modem.run, b"+CIPMUX?")
        more += again
    assert lines == [b"+CIPMUX:1"] and seconds + more < most
    stage.back()


def test_passthrough_that_an_earlier_program_has_left(stage):
    """The board restarts and the module does not: it is found in passthrough, and called out of it."""
    _piped(stage)
    begun = stage.clock.now
    stage.clock.tick = None
    stage.bring_up()
    assert stage.clock.now - begun < 3 and stage.modem.run(b"+CIPMUX?") == [b"+CIPMUX:1"]
    stage.back()


def test_a_client_that_takes_the_number_of_a_connection(stage):
    """The module has not heard AT+CIPSTART and gives its link to a client: nobody gets the other's bytes."""
    port = stage.echo()
    listener = sockets.socket()
    listener.bind(("", PORT))
    listener.listen(1)
    listener.settimeout(5)
    first = stage.connected(port)  # the module gives its clients the lowest number that is free
    low = first.link.index
    first.close()
    stage.clock.sleep(0.1)
    for _ in range(4 - low % 5):
        stage.connected(port).close()
        stage.clock.sleep(0.1)
    stage.faults.arm({"on": "command", "match": "AT+CIPSTART=0", "do": "silent"})
    stage.faults.later(0.2, lambda: stage.clock.create_task(_visit(stage.address, PORT)))
    seconds, error = stage.took(stage.connected, port)
    assert isinstance(error, OSError) and error.errno == 105 and stage.faults.struck and seconds < 0.6, (seconds, error)
    client, _ = listener.accept()
    assert client.recv(5) == b"hello"
    client.close()
    stage.back()


def test_every_row_of_the_table_names_a_test():
    page = (pathlib.Path(__file__).parents[2] / "docs/recovery.md").read_text()
    here = pathlib.Path(__file__).parents[1]
    radio = [*here.glob("ble/programs/t_*.py"), *here.glob("unit/ble/t_*.py")]  # Bluetooth has its tests there
    others = {path.name for path in radio} | set(re.findall(r"def (test_\w+)", "".join(path.read_text() for path in radio)))
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| what goes wrong")]
    assert len(rows) > 30
    for row in rows:
        names = re.findall("`([^`]+)`", row.split("|")[-2])
        assert names, row
        for name in names:
            assert name.startswith("docs/") or name == "checksum" or "test_" + name in globals() or name in others, row
