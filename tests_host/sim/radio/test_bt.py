"""Classic Bluetooth: initialisation, being found, finding, class, power, pairing and bonds."""
import asyncio
import re
import time

import pytest
from bumble.pairing import PairingDelegate
from sim.ble_tools import BleHost, Phone, User, eventually, open_serial

ROW = re.compile(r'\+BTSTARTDISC:"([0-9a-f:]{17})",(.*),(-\d+)')


class BtHost(BleHost):
    """A host whose module has classic Bluetooth on."""

    def __init__(self, sim, *lines):
        super().__init__(sim)
        for line in ("AT+BTINIT=1", *lines):
            self.ok(line)


SLAVE = ("AT+BTSPPINIT=2", "AT+BTSCANMODE=2", "AT+BTSPPSTART")


@pytest.fixture
def host(make):
    with BtHost(make()) as talker:
        yield talker


@pytest.fixture
def slave(make):
    with BtHost(make(), *SLAVE) as talker:
        yield talker


BEFORE = [
    "AT+BTNAME?", 'AT+BTNAME="x"', "AT+BTSCANMODE=2", "AT+BTSTARTDISC=0,10,10", "AT+BTSPPINIT=1", "AT+BTSPPSTART",
    'AT+BTSPPCONN=0,0,"24:0a:c4:09:34:23"', "AT+BTSPPCONN?", "AT+BTSPPDISCONN=0", "AT+BTSPPSEND=0,4", "AT+BTSPPSEND",
    "AT+BTA2DPINIT=2", 'AT+BTA2DPCONN=0,"24:0a:c4:09:34:23"', "AT+BTA2DPDISCONN=0", 'AT+BTA2DPSRC=0,"http://a/b.mp3"',
    "AT+BTA2DPCTRL=0,1", "AT+BTSECPARAM?", 'AT+BTSECPARAM=3,1,"9527"', "AT+BTKEYREPLY=0,123456", 'AT+BTPINREPLY=0,"6688"',
    "AT+BTSECCFM=0,1", "AT+BTENCDEV?", "AT+BTENCCLEAR", "AT+BTENCCLEAR=0", "AT+BTCOD=6,32,32", "AT+BTPOWER?", "AT+BTPOWER=5,6",
]  # fmt: skip


def test_nothing_works_before_btinit(make):
    with BleHost(make()) as host:
        assert host.ask("AT+BTINIT?") == b"+BTINIT:0\r\n\r\nOK\r\n"
        for line in BEFORE:
            host.error(line)
        host.ok("AT+BTINIT=1")
        assert host.ask("AT+BTINIT?") == b"+BTINIT:1\r\n\r\nOK\r\n"
        host.error("AT+BTINIT=1")
        host.error("AT+BTINIT=2")
        host.ok("AT+BTINIT=0")
        host.ok("AT+BTINIT=1")


def test_both_radios_at_once(host, air):
    """Bluetooth LE beside classic, on one address; switching one off leaves the other."""
    host.ok("AT+BTSCANMODE=2")
    host.ok("AT+BLEINIT=2")
    host.ok("AT+BLEADVSTART")
    with Phone(air) as phone:
        link = phone.connect(host.address)
        assert host.line() == f'+BLECONN:0,"{phone.address}"'.encode()
        phone.connect_classic(host.address)
        host.ok("AT+BLEINIT=0")
        assert host.ask("AT+BTNAME?") == b"+BTNAME:ESP32_AT\r\n\r\nOK\r\n"
        eventually(lambda: link.handle not in phone.device.connections)


def test_name(host):
    assert host.ask("AT+BTNAME?") == b"+BTNAME:ESP32_AT\r\n\r\nOK\r\n"
    host.ok('AT+BTNAME="esp_demo"')
    assert host.ask("AT+BTNAME?") == b"+BTNAME:esp_demo\r\n\r\nOK\r\n"
    host.error('AT+BTNAME="' + "x" * 33 + '"')
    host.sim.restart()
    host.read(b"ready\r\n")
    host.ok("ATE0")
    host.ok("AT+BTINIT=1")
    assert host.ask("AT+BTNAME?") == b"+BTNAME:esp_demo\r\n\r\nOK\r\n"


def test_power(host):
    assert host.ask("AT+BTPOWER?") == b"+BTPOWER:0,3\r\n\r\nOK\r\n"
    host.ok("AT+BTPOWER=5,6")
    assert host.ask("AT+BTPOWER?") == b"+BTPOWER:5,6\r\n\r\nOK\r\n"
    for bad in ("6,5", "0,8", "1"):
        host.error(f"AT+BTPOWER={bad}")


# being found, finding


def test_discovery(host, make, air):
    with BtHost(make(), 'AT+BTNAME="printer"', "AT+BTCOD=6,32,32", "AT+BTSCANMODE=2") as other:
        with Phone(air, name="realme V11 5G", rssi=-34), Phone(air, name="dark", rssi=-90) as dark:
            dark.call(dark.device.set_discoverable, False)
            answer = host.ask("AT+BTSTARTDISC=0,10,10").decode()
            rows = ROW.findall(answer)
            assert len(rows) == 10  # as many responses as were asked for
            assert {row[1:] for row in rows} == {("realme V11 5G,0x2,0x3,0x2d0", "-34"), ("printer,0x6,0x20,0x20", "-40")}
            assert answer.endswith("\r\nOK\r\n")
            assert other.address in answer


def test_discovery_takes_its_time(host, air):
    """Ten units of 1.28 s (here: 1/20 of that) when nobody answers, or as many answers as wanted."""
    started = time.monotonic()
    assert host.ask("AT+BTSTARTDISC=0,10,0") == b"\r\nOK\r\n"
    assert 0.6 < time.monotonic() - started < 5
    with Phone(air):
        assert len(ROW.findall(host.ask("AT+BTSTARTDISC=0,5,0").decode())) == 5
        assert len(ROW.findall(host.ask("AT+BTSTARTDISC=0,5,2").decode())) == 2
        assert host.ask("AT+BTSTARTDISC=1,1,0") == b"\r\nOK\r\n"  # nobody is limited discoverable
    for bad in ("2,10,10", "0,0,10", "0,49,10", "0,10,256", "0,10"):
        host.error(f"AT+BTSTARTDISC={bad}")


@pytest.mark.parametrize("mode, connectable, discoverable", [(0, 0, 0), (1, 1, 0), (2, 1, 1), (3, 0, 1)])
def test_scan_modes(host, make, air, mode, connectable, discoverable):
    with BtHost(make(), "AT+BTSPPINIT=2", "AT+BTSPPSTART", f"AT+BTSCANMODE={mode}") as other:
        assert other.ask("AT+BTSCANMODE?") == f"+BTSCANMODE:{mode}\r\nOK\r\n".encode()
        assert bool(ROW.findall(host.ask("AT+BTSTARTDISC=0,1,0").decode())) == bool(discoverable)
        host.ok("AT+BTSPPINIT=1")
        answer = host.ask(f'AT+BTSPPCONN=0,0,"{other.address}"')
        assert answer.endswith(b"\r\nOK\r\n") == bool(connectable), answer
    host.error("AT+BTSCANMODE=4")


def test_class_limits(host):
    for bad in ("32,0,0", "0,64,0", "0,0,2048", "6,32"):
        host.error(f"AT+BTCOD={bad}")


# pairing


def test_security_parameters(host):
    assert host.ask("AT+BTSECPARAM?") == b"+BTSECPARAM:3,1,1234\r\n\r\nOK\r\n"
    host.ok('AT+BTSECPARAM=3,1,"9527"')
    assert host.ask("AT+BTSECPARAM?") == b"+BTSECPARAM:3,1,9527\r\n\r\nOK\r\n"
    host.ok("AT+BTSECPARAM=2,0")
    for bad in ('4,1,"1"', '3,2,"1"', '3,1,"' + "1" * 17 + '"', '3,1,""', "3,1", "3"):
        host.error(f"AT+BTSECPARAM={bad}")


def test_answers_nobody_asked_for(slave):
    for line in ("AT+BTKEYREPLY=0,123456", 'AT+BTPINREPLY=0,"6688"', "AT+BTSECCFM=0,1", "AT+BTKEYREPLY=1,1",
                 "AT+BTKEYREPLY=0,1000000"):  # fmt: skip
        slave.error(line)


THEIRS = {
    "display": PairingDelegate.DISPLAY_OUTPUT_ONLY,
    "yes/no": PairingDelegate.DISPLAY_OUTPUT_AND_YES_NO_INPUT,
    "keyboard": PairingDelegate.KEYBOARD_INPUT_ONLY,
    "nothing": PairingDelegate.NO_OUTPUT_NO_INPUT,
}


@pytest.mark.parametrize(
    "ours, theirs, question",
    [
        (0, "yes/no", "auto"), (0, "nothing", None),
        (1, "display", "compare"), (1, "yes/no", "compare"), (1, "nothing", None),
        (2, "display", "type"), (2, "yes/no", "type"), (2, "nothing", None),
        (3, "display", None), (3, "yes/no", None), (3, "keyboard", None), (3, "nothing", None),
    ],
)  # fmt: skip
def test_simple_pairing(make, air, ours, theirs, question):
    """All that can meet, but keyboards that must read our display: see test_the_peer_types."""
    user = User(THEIRS[theirs])
    with BtHost(make(), *SLAVE, f"AT+BTSECPARAM={ours},0") as slave, Phone(air, user=user) as phone:
        pairing = phone.secure(phone.connect_classic(slave.address))
        if question == "type":
            assert slave.line() == f'+BTKEYREQ:"{phone.address}"'.encode()
            slave.ok(f"AT+BTKEYREPLY=0,{user.wait_for_number()}")
        elif question == "compare":
            head, number = slave.line().split(b",")
            assert head == f'+BTCFMREQ:"{phone.address}"'.encode()
            assert int(number) == user.wait_for_number()
            slave.ok("AT+BTSECCFM=0,1")
        elif question == "auto":
            assert slave.line() == b"+BTKEYNTF:0,%d" % user.wait_for_number()
        pairing.result(5)
        bonded = f'+BTENCDEV:0,"{phone.address}"\r\n\r\nOK\r\n'.encode()
        eventually(lambda: slave.ask("AT+BTENCDEV?") == bonded)


@pytest.mark.parametrize("ours", [0, 1])
def test_the_peer_types(make, air, ours):
    """The module shows a number; the phone's user types it when he has seen it."""

    class Typist(User):
        async def get_number(self):
            while self.typed is None:
                await asyncio.sleep(0.01)
            return self.typed

    user = Typist(PairingDelegate.KEYBOARD_INPUT_ONLY)
    with BtHost(make(), *SLAVE, f"AT+BTSECPARAM={ours},0") as slave, Phone(air, user=user) as phone:
        pairing = phone.secure(phone.connect_classic(slave.address))
        user.typed = int(slave.line().split(b",")[1])
        pairing.result(5)


def test_a_wrong_number(make, air):
    with BtHost(make(), *SLAVE, "AT+BTSECPARAM=2,0") as slave, Phone(air, user=User(THEIRS["yes/no"])) as phone:
        pairing = phone.secure(phone.connect_classic(slave.address))
        assert slave.line().startswith(b"+BTKEYREQ:")
        slave.ok(f"AT+BTKEYREPLY=0,{(phone.user.wait_for_number() + 1) % 1000000}")
        with pytest.raises(Exception, match="AUTHENTICATION_FAILURE"):
            pairing.result(5)
        assert slave.ask("AT+BTENCDEV?") == b"\r\nOK\r\n"


def test_the_host_says_no(make, air):
    with BtHost(make(), *SLAVE, "AT+BTSECPARAM=1,0") as slave, Phone(air, user=User(THEIRS["yes/no"])) as phone:
        pairing = phone.secure(phone.connect_classic(slave.address))
        assert slave.line().startswith(b"+BTCFMREQ:")
        slave.ok("AT+BTSECCFM=0,0")
        with pytest.raises(Exception, match="AUTHENTICATION_FAILURE"):
            pairing.result(5)


@pytest.mark.parametrize("pin, good", [("9527", True), ("9528", False), (None, False)])
def test_fixed_pin_with_an_old_phone(make, air, pin, good):
    """A peer without Secure Simple Pairing asks for the PIN of AT+BTSECPARAM."""
    user = User()
    user.pin = pin
    with BtHost(make(), *SLAVE, 'AT+BTSECPARAM=3,1,"9527"') as slave, Phone(air, user=user, ssp=False) as phone:
        pairing = phone.secure(phone.connect_classic(slave.address))
        if good:
            pairing.result(5)
        else:
            with pytest.raises(Exception, match="AUTHENTICATION_FAILURE|PIN_OR_KEY_MISSING"):
                pairing.result(5)
        eventually(lambda: slave.ask("AT+BTENCDEV?").startswith(b"+BTENCDEV:0,") == good)


def test_variable_pin_with_an_old_phone(make, air):
    user = User()
    user.pin = "6688"
    with BtHost(make(), *SLAVE, 'AT+BTSECPARAM=3,0,"9527"') as slave, Phone(air, user=user, ssp=False) as phone:
        pairing = phone.secure(phone.connect_classic(slave.address))
        assert slave.line() == f'+BTPINREQ:"{phone.address}"'.encode()
        slave.error('AT+BTPINREPLY=0,"12345678901234567"')
        slave.ok('AT+BTPINREPLY=0,"6688"')
        pairing.result(5)


def test_bonds_are_used_again(make, air):
    """The second time nobody is asked; after clearing, it is a pairing again."""
    user = User(THEIRS["yes/no"])
    with BtHost(make(), *SLAVE, "AT+BTSECPARAM=1,0") as slave, Phone(air, user=user) as phone:

        def secure(questions):
            connection = phone.connect_classic(slave.address)
            pairing = phone.secure(connection)
            if questions:
                assert slave.line().startswith(b"+BTCFMREQ:")
                slave.ok("AT+BTSECCFM=0,1")
            pairing.result(5)
            phone.disconnect(connection)

        secure(questions=True)
        eventually(lambda: slave.ask("AT+BTENCDEV?").startswith(b"+BTENCDEV:0,"))
        secure(questions=False)
        slave.error("AT+BTENCCLEAR=1")
        slave.ok("AT+BTENCCLEAR=0")
        assert slave.ask("AT+BTENCDEV?") == b"\r\nOK\r\n"
        connection = phone.connect_classic(slave.address)
        with pytest.raises(Exception, match="PIN_OR_KEY_MISSING"):
            phone.secure(connection).result(5)
        phone.call(phone.device.keystore.delete_all)
        phone.disconnect(connection)
        secure(questions=True)
        slave.ok("AT+BTENCCLEAR")
        assert slave.ask("AT+BTENCDEV?") == b"\r\nOK\r\n"


def test_the_phone_leaves_while_the_host_thinks(make, air):
    with BtHost(make(), *SLAVE, "AT+BTSECPARAM=2,0") as slave, Phone(air, user=User(THEIRS["yes/no"])) as phone:
        opening = open_serial(phone, slave.address)
        assert slave.line().startswith(b"+BTKEYREQ:")
        phone.vanish()
        eventually(lambda: not slave.sim.module.bt.stack.device.connections)
        slave.error("AT+BTKEYREPLY=0,1")
        opening.cancel()
