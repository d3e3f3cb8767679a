"""Pairing with all capabilities, bonds, permissions that need them."""
import itertools
import re

import pytest
from bumble.keys import PairingKeys
from bumble.pairing import PairingDelegate
from espsim.radio_bumble.bonds import BondStore
from sim.ble_tools import BleHost, Phone, User

CAPABILITIES = {  # <iocap> -> Bumble
    0: PairingDelegate.DISPLAY_OUTPUT_ONLY,
    1: PairingDelegate.DISPLAY_OUTPUT_AND_YES_NO_INPUT,
    2: PairingDelegate.KEYBOARD_INPUT_ONLY,
    3: PairingDelegate.NO_OUTPUT_NO_INPUT,
    4: PairingDelegate.DISPLAY_OUTPUT_AND_KEYBOARD_INPUT,
}
DONE = re.compile(rb"\+BLEAUTHCMPL:0,(\d)\r\n")


def meet(server, phone):
    server.ok("AT+BLEADVSTART")
    phone.peer = phone.connect(server.address)
    assert server.line() == f'+BLECONN:0,"{phone.address}"'.encode()
    return phone.peer


def accept(server):
    assert server.line() == b"+BLESECREQ:0"
    server.ok("AT+BLEENCRSP=0,1")


def finish(server):
    """The lines up to the end of a pairing, and its result."""
    text = server.read(DONE)
    return [line for line in text.split(b"\r\n") if line], int(DONE.search(text)[1])


# parameters


def test_parameters(server):
    assert server.ask("AT+BLESECPARAM?") == b"+BLESECPARAM:0,3,16,3,3,0\n\r\nOK\r\n"
    server.ok("AT+BLESECPARAM=1,4,16,3,3,0")
    server.ok("AT+BLESECPARAM=13,2,7,3,3")
    assert server.ask("AT+BLESECPARAM?") == b"+BLESECPARAM:13,2,7,3,3,0\n\r\nOK\r\n"
    for bad in ("2,3,16,3,3", "14,3,16,3,3", "1,5,16,3,3", "1,3,6,3,3", "1,3,17,3,3", "1,3,16,16,3", "1,3,16,3,3,2", "1,3,16,3"):
        server.error(f"AT+BLESECPARAM={bad}")


def test_static_key_setting(server):
    assert server.ask("AT+BLESETKEY?") == b"+BLESETKEY:-1\n\r\nOK\r\n"
    server.ok("AT+BLESETKEY=123456")
    assert server.ask("AT+BLESETKEY?") == b"+BLESETKEY:123456\n\r\nOK\r\n"
    server.error("AT+BLESETKEY=1000000")


def test_answers_nobody_asked_for(server, air):
    with Phone(air) as phone:
        meet(server, phone)
        for line in ("AT+BLEENCRSP=0,1", "AT+BLEKEYREPLY=0,1", "AT+BLECONFREPLY=0,1", "AT+BLEENC=1,3", "AT+BLEENC=0,4"):
            server.error(line)
        server.ok("AT+BLEENC=0,0")
        assert server.silent(0.05) == b""


# pairing, begun by the phone


@pytest.mark.parametrize("sc, ours, theirs", itertools.product((True, False), range(5), range(5)))
def test_all_capabilities(server, air, sc, ours, theirs):
    """Whatever the two can do, the pairing ends well and as authenticated as it can be."""
    user = User(CAPABILITIES[theirs])
    with Phone(air, user=user, sc=sc) as phone:
        server.ok(f"AT+BLESECPARAM={13 if sc else 5 - 4},{ours},16,3,3")
        server.ok("AT+BLESETKEY=246810")
        meet(server, phone)
        if ours == theirs == 2:
            user.typed = 135790  # both keyboards: the same number is typed on both
        elif theirs in (2, 4):
            user.typed = 246810
        pairing = phone.pair(phone.peer)
        accept(server)
        questions = answer(server, user)
        lines, result = finish(server)
        assert result == 0
        pairing.result(5)
        methods = {"key", "shown", "compared"} & questions
        just_works = 3 in (ours, theirs) or {ours, theirs} <= {0, 1} and not (sc and (ours, theirs) == (1, 1))
        assert bool(methods) == (not just_works), (questions, ours, theirs)


def answer(server, user):
    """Play the host's part until the pairing is over; what was asked."""
    asked = set()
    while True:
        text = server.read(re.compile(rb"\+BLESEC[A-Z]+:0(,\d+)?\r\n|\+BLEAUTHCMPL"))
        if b"AUTHCMPL" in text or b"KEYTYPE" in text:
            server.pending = text + server.pending
            return asked
        if text.startswith(b"+BLESECNTFYKEY"):
            asked.add("shown")
        elif text.startswith(b"+BLESECNCREQ"):
            asked.add("compared")
            assert int(text.split(b",")[1]) == user.wait_for_number()
            server.ok("AT+BLECONFREPLY=0,1")
        elif text.startswith(b"+BLESECKEYREQ"):
            asked.add("key")
            number = user.typed if user.io_capability == PairingDelegate.KEYBOARD_INPUT_ONLY else user.wait_for_number()
            server.ok(f"AT+BLEKEYREPLY=0,{number}")


def test_the_number_is_shown_with_six_digits(server, air):
    user = User(PairingDelegate.KEYBOARD_INPUT_ONLY)
    user.typed = 42
    with Phone(air, user=user) as phone:
        server.ok("AT+BLESECPARAM=13,0,16,3,3")
        server.ok("AT+BLESETKEY=42")
        meet(server, phone)
        phone.pair(phone.peer)
        accept(server)
        assert server.line() == b"+BLESECNTFYKEY:0,000042"
        assert finish(server)[1] == 0


def test_a_wrong_key_fails(server, air):
    with Phone(air) as phone:
        server.ok("AT+BLESECPARAM=13,2,16,3,3")
        meet(server, phone)
        pairing = phone.pair(phone.peer)
        accept(server)
        assert server.line() == b"+BLESECKEYREQ:0"
        server.ok(f"AT+BLEKEYREPLY=0,{(phone.user.wait_for_number() + 1) % 1000000}")
        assert finish(server) == ([b"+BLEAUTHCMPL:0,1"], 1)
        with pytest.raises(Exception, match="CONFIRM_VALUE_FAILED"):
            pairing.result(5)
        assert server.ask("AT+BLEENCDEV?") == b"\r\nOK\r\n"
        phone.user.display.clear()
        second = phone.pair(phone.peer)  # the same connection may try again
        accept(server)
        assert server.line() == b"+BLESECKEYREQ:0"
        server.ok(f"AT+BLEKEYREPLY=0,{phone.user.wait_for_number()}")
        assert finish(server)[1] == 0
        second.result(5)


def test_the_host_rejects(server, air):
    with Phone(air) as phone:
        server.ok("AT+BLESECPARAM=13,4,16,3,3")
        meet(server, phone)
        pairing = phone.pair(phone.peer)
        assert server.line() == b"+BLESECREQ:0"
        server.ok("AT+BLEENCRSP=0,0")
        assert finish(server)[1] == 1
        with pytest.raises(Exception, match="PAIRING_NOT_SUPPORTED"):
            pairing.result(5)
        pairing = phone.pair(phone.peer)
        accept(server)
        assert server.line().startswith(b"+BLESECNCREQ:0,")
        server.ok("AT+BLECONFREPLY=0,0")
        assert finish(server)[1] == 1


def test_the_phone_rejects(server, air):
    with Phone(air) as phone:
        phone.user.agrees = False
        server.ok("AT+BLESECPARAM=13,1,16,3,3")
        meet(server, phone)
        phone.pair(phone.peer)
        accept(server)
        assert server.line().startswith(b"+BLESECNCREQ:0,")
        assert finish(server)[1] == 1
        server.error("AT+BLECONFREPLY=0,1")


def test_the_phone_leaves_while_the_host_thinks(server, air):
    with Phone(air) as phone:
        server.ok("AT+BLESECPARAM=13,2,16,3,3")
        meet(server, phone)
        phone.pair(phone.peer)
        accept(server)
        assert server.line() == b"+BLESECKEYREQ:0"
        phone.vanish()
        assert server.line() == f'+BLEDISCONN:0,"{phone.address}"'.encode()
        server.error("AT+BLEKEYREPLY=0,123456")
    server.ok("AT+BLEADVSTART")


def test_auth_option_demands_the_level(server, air):
    """A peer that cannot show or type gets no authenticated link, so it gets none."""
    with Phone(air, user=User(PairingDelegate.NO_OUTPUT_NO_INPUT)) as phone:
        server.ok("AT+BLESECPARAM=13,4,16,3,3,1")
        meet(server, phone)
        phone.pair(phone.peer)
        accept(server)
        assert finish(server)[1] == 1
        assert server.line() == f'+BLEDISCONN:0,"{phone.address}"'.encode()


# begun by the module


def test_the_server_asks_for_security(server, air):
    with Phone(air) as phone:
        phone.user.typed = 123456
        server.ok("AT+BLESECPARAM=1,0,16,3,3")  # the guide's 3.4.34
        server.ok("AT+BLESETKEY=123456")
        peer = meet(server, phone)
        asked = []
        phone.call(peer.on, "security_request", lambda level: asked.append(level) or phone.pair(peer))
        server.ok("AT+BLEENC=0,3")
        assert server.line() == b"+BLESECNTFYKEY:0,123456"
        assert finish(server)[1] == 0
        assert len(asked) == 1


@pytest.fixture
def pair_of_modules(make, server):
    with BleHost(make(), role=1) as client:
        server.ok("AT+BLEADVSTART")
        client.ok(f'AT+BLECONN=0,"{server.address}"')
        server.line()
        yield server, client


def test_two_modules_compare_numbers(pair_of_modules):
    server, client = pair_of_modules
    for host in pair_of_modules:
        host.ok("AT+BLESECPARAM=13,1,16,3,3")
    client.ok("AT+BLEENC=0,3")
    accept(server)
    numbers = [host.line() for host in pair_of_modules]
    assert numbers[0] == numbers[1] and numbers[0].startswith(b"+BLESECNCREQ:0,")
    for host in pair_of_modules:
        host.ok("AT+BLECONFREPLY=0,1")
    assert finish(server)[0] == [b"+BLESECKEYTYPE:0,16", b"+BLESECKEYTYPE:0,1", b"+BLESECKEYTYPE:0,32", b"+BLESECKEYTYPE:0,2",
                                 b"+BLEAUTHCMPL:0,0"]  # fmt: skip
    assert finish(client)[0] == [b"+BLESECKEYTYPE:0,2", b"+BLESECKEYTYPE:0,16", b"+BLESECKEYTYPE:0,1", b"+BLESECKEYTYPE:0,32",
                                 b"+BLEAUTHCMPL:0,0"]  # fmt: skip


def test_bonds_outlive_a_restart(pair_of_modules):
    """Listed on both sides; the next connection is encrypted without questions; cleared one by one and all."""
    server, client = pair_of_modules
    for host in pair_of_modules:
        host.ok("AT+BLESECPARAM=9,3,16,3,3")
    client.ok("AT+BLEENC=0,2")
    accept(server)
    assert finish(server)[1] == finish(client)[1] == 0
    assert server.ask("AT+BLEENCDEV?") == f'+BLEENCDEV:0,"{client.address}"\r\n\r\nOK\r\n'.encode()
    client.sim.restart()
    client.read(b"ready\r\n")
    client.ok("ATE0")
    client.ok("AT+BLEINIT=1")
    assert client.ask("AT+BLEENCDEV?") == f'+BLEENCDEV:0,"{server.address}"\r\n\r\nOK\r\n'.encode()
    server.read(b"+BLEDISCONN:")
    server.read(b"\r\n")
    server.ok("AT+BLEADVSTART")
    client.ok(f'AT+BLECONN=0,"{server.address}"')
    server.line()
    client.ok("AT+BLEENC=0,2")
    assert client.line() == server.line() == b"+BLEAUTHCMPL:0,0"
    server.ok("AT+BLEENCCLEAR")
    client.error("AT+BLEENCCLEAR=1")
    client.ok("AT+BLEENCCLEAR=0")
    for host in pair_of_modules:
        assert host.ask("AT+BLEENCDEV?") == b"\r\nOK\r\n"


def test_restore_forgets_the_bonds(pair_of_modules):
    server, client = pair_of_modules
    for host in pair_of_modules:
        host.ok("AT+BLESECPARAM=9,3,16,3,3")
    client.ok("AT+BLEENC=0,2")
    accept(server)
    finish(server)
    server.write(b"AT+RESTORE\r\n")
    server.read(b"ready\r\n")
    server.ok("ATE0")
    server.ok("AT+BLEINIT=2")
    assert server.ask("AT+BLEENCDEV?") == b"\r\nOK\r\n"


def test_the_peer_forgot_the_bond(pair_of_modules):
    server, client = pair_of_modules
    for host in pair_of_modules:
        host.ok("AT+BLESECPARAM=9,3,16,3,3")
    client.ok("AT+BLEENC=0,2")
    accept(server)
    finish(server), finish(client)
    server.ok("AT+BLEENCCLEAR")
    client.ok("AT+BLEDISCONN=0")
    client.line()
    server.line()
    server.ok("AT+BLEADVSTART")
    client.ok(f'AT+BLECONN=0,"{server.address}"')
    server.line()
    client.ok("AT+BLEENC=0,2")
    assert client.line() == b"+BLEAUTHCMPL:0,1"


def test_no_bond_is_kept_without_the_wish(pair_of_modules):
    server, client = pair_of_modules
    for host in pair_of_modules:
        host.ok("AT+BLESECPARAM=8,3,16,3,3")
    client.ok("AT+BLEENC=0,2")
    accept(server)
    assert finish(server)[1] == finish(client)[1] == 0
    for host in pair_of_modules:
        assert host.ask("AT+BLEENCDEV?") == b"\r\nOK\r\n"


def test_fifteen_bonds_then_the_first_is_replaced(server):
    async def fill():
        store = BondStore(server.sim.module)
        for number in range(17):
            await store.update(f"AA:BB:CC:DD:EE:{number:02X}/P", PairingKeys(ltk=PairingKeys.Key(bytes(16))))

    server.sim.call(fill)
    rows = server.ask("AT+BLEENCDEV?").split(b"\r\n")
    assert len([row for row in rows if row.startswith(b"+BLEENCDEV:")]) == 15
    assert rows[:3] == [b'+BLEENCDEV:%d,"aa:bb:cc:dd:ee:%s"' % pair for pair in enumerate((b"0f", b"10", b"02"))]


# what security is for


@pytest.mark.parametrize("perm, capability, allowed", [(0x22, 3, True), (0x44, 3, False), (0x44, 4, True)])
def test_values_behind_encryption(make, air, perm, capability, allowed):
    """Refused before, allowed after a pairing good enough for the row."""
    with BleHost(make()) as host, Phone(air) as phone:
        row = f"2,16,0xC300,0x{perm:02x},20,1,30"
        host.write(f'AT+SYSMFG=2,"ble_data","cfg2",7,{len(row)}\r\n'.encode())
        host.read(b">")
        host.write(row.encode())
        host.read(b"OK\r\n")
        host.ok("AT+BLEINIT=2")
        host.ok("AT+BLEGATTSSRVCRE")
        host.ok("AT+BLEGATTSSRVSTART")
        host.ok(f"AT+BLESECPARAM=13,{capability},16,3,3")
        peer = meet(host, phone)
        phone.discover(peer)
        for attempt in (lambda: phone.read(peer, 0xC300), lambda: phone.write(peer, 0xC300, b"x")):
            with pytest.raises(Exception, match="INSUFFICIENT_ENCRYPTION"):
                attempt()
        phone.pair(peer)
        accept(host)
        if capability == 4:
            assert host.line().startswith(b"+BLESECNCREQ:0,")
            host.ok("AT+BLECONFREPLY=0,1")
        assert finish(host)[1] == 0
        if allowed:
            assert phone.read(peer, 0xC300) == b"0"
        else:
            with pytest.raises(Exception, match="INSUFFICIENT_AUTHENTICATION"):
                phone.read(peer, 0xC300)
