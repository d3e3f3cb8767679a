"""A module that falls silent or restarts: the right OSError in time, other links keep their data, the next call works."""

import time

import play
from play import ECONNRESET, EPIPE, ETIMEDOUT, case, fails, pair

import socket
from espat.errors import AtReset
from espat.net import at_tcp

TIMEOUT = 120

play.join()


def silent(on):
    play.ask("silence", on)


@case
def test_silent_while_reading():
    s, peer = pair(0.2)
    other, far = pair()
    far.arrive(b"kept")
    play.until(lambda: other.ioctl(3, 1))
    silent(True)
    try:
        ms, _ = play.took(fails, ETIMEDOUT, s.recv, 10)
        assert 150 < ms < 1000, ms
        assert other.read(4) == b"kept"
        fails(ETIMEDOUT, play.modem.command, "AT+GMR", 200)
    finally:
        silent(False)
    s.settimeout(5)
    peer.send(b"again")
    assert s.read(5) == b"again"
    other.write(b"works")
    assert far.recv(5) == b"works"


@case
def test_a_watchdog_can_be_fed_where_the_library_waits():
    # docs/troubleshooting.md says so
    port, last, gaps = play.modem.port, [play.now()], []
    wait = port.wait

    def fed(ms):
        gaps.append(play.now() - last[0])
        last[0] = play.now()
        wait(ms)

    play.modem.step()
    last[0] = play.now()
    port.wait = fed
    silent(True)
    try:
        fails(ETIMEDOUT, play.modem.command, "AT+GMR", 1500)
    finally:
        silent(False)
        port.wait = wait
    gaps.append(play.now() - last[0])
    assert len(gaps) > 20 and max(gaps) < 1000, (len(gaps), max(gaps))
    play.modem.command("AT")


@case
def test_silent_while_a_name_is_looked_up():
    silent(True)
    resolve = at_tcp.resolve
    at_tcp.resolve = lambda at, host: resolve(at, host, timeout=300)
    try:
        fails(ETIMEDOUT, socket.getaddrinfo, "page.test", 80)  # nobody has said that it does not exist
    finally:
        at_tcp.resolve = resolve
        silent(False)


@case
def test_notice_lost_in_silence():
    s, peer = pair(5)
    play.modem.command("AT")
    silent(True)
    peer.arrive(b"unheard")
    play.ask("waiting", 7)
    silent(False)
    peer.send(b" of")
    assert s.read(10) == b"unheard of"


@case
def test_silent_while_connecting():
    silent(True)
    try:
        s = play.new()
        s.settimeout(0.3)
        ms, _ = play.took(fails, ETIMEDOUT, s.connect, play.listener().address)
        assert ms < 1500, ms
    finally:
        silent(False)


@case
def test_restart_while_reading():
    s, peer = pair(5)
    other, far = pair()
    far.arrive(b"kept")
    play.until(lambda: other.ioctl(3, 1))
    play.ask("send_pattern", peer.handle, 60000)
    got = s.recv(5000)
    play.ask("restart")
    errors = []
    while True:
        try:
            piece = s.recv(1000)
        except OSError as e:
            errors.append(e.args[0])
            continue
        if not piece:
            break
        got += piece
    assert errors == [ECONNRESET], errors
    assert got == play.pattern(60000)[: len(got)]
    assert other.read(4) == b"kept"
    fails(ECONNRESET, other.recv, 1)
    assert other.recv(1) == b""
    fails(EPIPE, other.send, b"x")
    s = play.new()
    s.settimeout(10)
    assert s.connect(play.listener().address) is None  # and nothing else: the module has joined again by itself
    peer = play.listener().accept()
    s.write(b"hello")
    assert peer.recv(5) == b"hello"
    peer.send(b"there")
    assert s.read(5) == b"there"
    assert play.wlan.isconnected()


@case
def test_restart_that_nobody_heard():
    s, peer = pair(10)
    silent(True)
    play.ask("restart")
    silent(False)
    fails(ECONNRESET, s.recv, 10)
    assert s.recv(10) == b""
    s, peer = pair(10)
    s.write(b"hello")
    assert peer.recv(5) == b"hello"
    assert play.wlan.isconnected()


@case
def test_restart_while_sending():
    s, peer = pair(5)
    errors = []
    sent = s.send(bytes(2000))
    play.ask("fault", "command", "AT+CIPSEND", "restart")
    for _ in range(20):
        try:
            sent += s.send(bytes(2000))
        except OSError as e:
            errors.append(e.args[0])
    assert errors and errors[0] == ECONNRESET and errors.count(ECONNRESET) == 1, errors
    assert errors[-1] == EPIPE
    s, peer = pair(10)
    s.write(b"hello")
    assert peer.recv(5) == b"hello"


@case
def test_restart_while_connecting():
    play.ask("fault", "command", "AT+CIPSTART", "restart")
    s = play.new()
    s.settimeout(5)
    try:
        s.connect(play.listener().address)
        raise AssertionError("connected to nobody")
    except OSError as e:
        assert e.args[0] in (ECONNRESET, play.ECONNREFUSED), e.args
    pair()


@case
def test_restart_during_a_command():
    play.ask("fault", "command", "AT+CWLAP", "restart")
    try:
        play.wlan.scan()
        raise AssertionError("no AtReset")
    except AtReset as e:
        assert e.errno == ECONNRESET
    play.ask("fault", "command", "AT+CIPDOMAIN", "restart")
    play.ask("name", "server.test", "127.0.0.1")
    fails(ECONNRESET, socket.getaddrinfo, "server.test", 80)
    assert socket.getaddrinfo("server.test", 80)[0][-1] == ("127.0.0.1", 80)


@case
def test_restarts_twice_while_it_joins_again():
    play.ask("fault", "command", "AT+CWJAP", "restart")
    play.ask("restart")
    s = play.new()
    s.settimeout(10)
    try:
        s.connect(play.listener().address)
        play.listener().accept()
    except OSError as e:
        assert e.args[0] == ECONNRESET, e.args  # the second restart fell into it
        pair(10)


@case
def test_without_power_for_a_while():
    s, peer = pair(0.3)
    play.ask("power_off", 0.8)
    fails(ETIMEDOUT, s.recv, 10)
    s.settimeout(5)
    fails(ECONNRESET, s.recv, 10)
    assert s.recv(10) == b""
    t = play.new()
    t.settimeout(5)
    t.connect(play.listener().address)
    peer = play.listener().accept()
    t.write(b"hello")
    assert peer.recv(5) == b"hello"


@case
def test_datagrams_over_a_restart():
    far = play.Datagrams()
    s = play.new(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(5)
    s.sendto(b"before", far.address)
    assert far.recv() == b"before"
    play.ask("restart")
    fails(ECONNRESET, s.recv, 10)
    s.close()
    s = play.new(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(5)
    s.sendto(b"after", far.address)
    assert far.recv() == b"after"
    far.reply(b"one")
    far.reply(b"two")
    assert [s.recvfrom(9) for _ in range(2)] == [(b"one", far.address), (b"two", far.address)]


@case
def test_busy_and_refused_sends():
    s, peer = pair(5)
    other, far = pair()
    play.ask("fault", "command", "AT+CIPSEND", "busy", 2)
    s.write(b"despite busy")
    assert peer.recv(12) == b"despite busy"
    play.ask("fault", "command", "AT+CIPSEND", "error")
    errors = []
    end = play.now() + 10000
    while EPIPE not in errors and play.now() < end:
        try:
            s.send(b"x" * 100)
            play.until(lambda: s.ioctl(3, 5))
            time.sleep(0.02)
        except OSError as e:
            errors.append(e.args[0])
    assert errors[0] == ECONNRESET and errors.count(ECONNRESET) == 1 and errors[-1] == EPIPE, errors
    other.write(b"works")
    assert far.recv(5) == b"works"


@case
def test_restart_while_much_is_going_on():
    pairs = [pair(0) for _ in range(4)]
    for s, peer in pairs:
        play.ask("send_pattern", peer.handle, 30000)
        s.write(b"x" * 500)
    time.sleep(0.05)
    play.ask("restart")
    for s, _ in pairs:
        s.settimeout(5)
        errors = []
        while True:
            try:
                if not s.recv(2000):
                    break
            except OSError as e:
                errors.append(e.args[0])
        assert errors == [ECONNRESET], errors
        s.close()
    try:
        pair(5)
    except OSError as e:  # a block that was under way has eaten "ready": the restart is heard with this command
        assert e.args[0] == ECONNRESET
        pair(5)
