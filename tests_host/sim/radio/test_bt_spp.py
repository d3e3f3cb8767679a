"""The serial port of classic Bluetooth."""
import random
import threading

import pytest
from sim.ble_tools import Phone, eventually, open_serial, serve_serial
from sim.radio.test_bt import SLAVE, BtHost


@pytest.fixture
def slave(make):
    with BtHost(make(), *SLAVE) as host:
        yield host


@pytest.fixture
def master(make):
    with BtHost(make(), "AT+BTSPPINIT=1") as host:
        yield host


@pytest.fixture
def linked(master, slave):
    assert master.ask(f'AT+BTSPPCONN=0,0,"{slave.address}"') == f'+BTSPPCONN:0,"{slave.address}"\r\n\r\nOK\r\n'.encode()
    assert slave.line() == f'+BTSPPCONN:0,"{master.address}"'.encode()
    return master, slave


def test_init(make):
    with BtHost(make()) as host:
        assert host.ask("AT+BTSPPINIT?") == b"+BTSPPINIT:0\r\n\r\nOK\r\n"
        for early in ("AT+BTSPPSTART", "AT+BTSPPCONN?", 'AT+BTSPPCONN=0,0,"24:0a:c4:09:34:23"', "AT+BTSPPSEND=0,1"):
            host.error(early)
        host.ok("AT+BTSPPINIT=1")
        assert host.ask("AT+BTSPPINIT?") == b"+BTSPPINIT:1\r\n\r\nOK\r\n"
        host.error("AT+BTSPPINIT=2")
        host.error("AT+BTSPPSTART")  # a master does not wait
        host.ok("AT+BTSPPINIT=0")
        host.ok("AT+BTSPPINIT=2")
        host.error('AT+BTSPPCONN=0,0,"24:0a:c4:09:34:23"')  # a slave does not call
        host.ok("AT+BTSPPSTART")
        host.error("AT+BTSPPSTART")
        host.error("AT+BTSPPINIT=3")


def test_query_and_disconnect(linked):
    master, slave = linked
    assert master.ask("AT+BTSPPCONN?") == f'+BTSPPCONN:0,"{slave.address}"\r\n\r\nOK\r\n'.encode()
    master.error(f'AT+BTSPPCONN=0,0,"{slave.address}"')
    assert master.ask("AT+BTSPPDISCONN=0") == f'+BTSPPDISCONN:0,"{slave.address}"\r\n\r\nOK\r\n'.encode()
    assert slave.line() == f'+BTSPPDISCONN:0,"{master.address}"'.encode()
    assert master.ask("AT+BTSPPCONN?") == b"+BTSPPCONN:-1\r\n\r\nOK\r\n"
    assert master.ask("AT+BTSPPDISCONN=0") == b"+BTSPPDISCONN:-1\r\n\r\nERROR\r\n"
    master.error("AT+BTSPPSEND=0,1")
    master.error("AT+BTSPPSEND")
    master.error("AT+BTSPPDISCONN=1")
    master.ok(f'AT+BTSPPCONN=0,0,"{slave.address}"')  # and once more


def test_nobody_there(master, make, air):
    assert master.ask('AT+BTSPPCONN=0,0,"24:0a:c4:09:34:23"') == b"+BTSPPCONN:-1\r\n\r\nERROR\r\n"
    with BtHost(make(), "AT+BTSCANMODE=2") as silent:  # reachable, but without the service
        assert master.ask(f'AT+BTSPPCONN=0,0,"{silent.address}"') == b"+BTSPPCONN:-1\r\n\r\nERROR\r\n"
    for bad in ('1,0,"24:0a:c4:09:34:23"', '0,0,"24:0a"', '0,65536,"24:0a:c4:09:34:23"', "0,0"):
        master.error(f"AT+BTSPPCONN={bad}")


def test_sending(linked):
    master, slave = linked
    assert master.prompted("AT+BTSPPSEND=0,4", b"test") == b"\r\nOK\r\n"
    assert slave.line() == b"+BTDATA:4,test"
    assert slave.prompted("AT+BTSPPSEND=0,6", b"\r\nOK\r\n") == b"\r\nOK\r\n"
    assert master.exactly(18) == b"+BTDATA:6,\r\nOK\r\n\r\n"
    for bad in ("1,4", "0,0", "0", "0,4,1"):
        master.error(f"AT+BTSPPSEND={bad}")


def test_more_bytes_than_announced(linked):
    """4.9.1, note: busy p..., the first n are sent, then OK."""
    master, slave = linked
    master.write(b"AT+BTSPPSEND=0,4\r\n")
    master.read(b">")
    master.write(b"test and more\r\n")
    assert master.read(b"OK\r\n") == b"\r\nbusy p...\r\n\r\nOK\r\n"
    assert slave.line() == b"+BTDATA:4,test"
    master.ok("AT")


def test_three_pluses_are_data_here(linked):
    master, slave = linked
    assert master.prompted("AT+BTSPPSEND=0,3", b"+++") == b"\r\nOK\r\n"
    assert slave.line() == b"+BTDATA:3,+++"


def test_passthrough(linked):
    master, slave = linked
    master.ok("AT+SYSMSG=1")
    master.write(b"AT+BTSPPSEND\r\n")
    assert master.read(b">") == b"\r\nOK\r\n\r\n>"
    data = random.Random(2).randbytes(30000)
    writer = threading.Thread(target=master.write, args=(data,))
    writer.start()
    got = b""
    while len(got) < len(data):
        head = slave.read(b",")
        size = int(head.split(b":")[1][:-1])
        got += slave.exactly(size)
        assert slave.exactly(2) == b"\r\n"
    writer.join()
    assert got == data
    assert slave.prompted("AT+BTSPPSEND=0,4", b"\0\r\n+") == b"\r\nOK\r\n"
    assert master.exactly(4) == b"\0\r\n+"
    master.silent(0.1)
    master.write(b"+++")
    assert master.line() == b"+QUITT"
    assert slave.prompted("AT+BTSPPSEND=0,1", b"x") == b"\r\nOK\r\n"
    assert master.line() == b"+BTDATA:1,x"


def test_the_link_goes_in_passthrough(linked):
    """Nothing is said, what is written is lost, +++ leads out."""
    master, slave = linked
    master.write(b"AT+BTSPPSEND\r\n")
    master.read(b">")
    slave.ok("AT+BTSPPDISCONN=0")
    assert master.silent(0.1) == b""
    master.write(b"lost")
    master.leave()
    assert master.ask("AT+BTSPPCONN?") == b"+BTSPPCONN:-1\r\n\r\nOK\r\n"


def test_security_modes(make, master, air):
    """0x36 asks for an encrypted link: the two pair first."""
    with BtHost(make(), *SLAVE) as slave:
        master.ok(f'AT+BTSPPCONN=0,0x36,"{slave.address}"')
        assert slave.line() == f'+BTSPPCONN:0,"{master.address}"'.encode()
        bonded = f'+BTENCDEV:0,"{slave.address}"\r\n\r\nOK\r\n'.encode()
        eventually(lambda: master.ask("AT+BTENCDEV?") == bonded)


def test_a_phone_calls(slave, air):
    with Phone(air) as phone:
        serial = open_serial(phone, slave.address).result(5)
        assert slave.line() == f'+BTSPPCONN:0,"{phone.address}"'.encode()
        serial.send(b"hello")
        assert slave.line() == b"+BTDATA:5,hello"
        assert slave.prompted("AT+BTSPPSEND=0,500", bytes(500)) == b"\r\nOK\r\n"
        serial.wait(bytes(500))
        with Phone(air) as second:  # the port is taken
            late = open_serial(second, slave.address).result(5)
            late.send(b"unheard")
            assert slave.silent(0.1) == b""
        phone.call(serial.dlc.disconnect)
        assert slave.line() == f'+BTSPPDISCONN:0,"{phone.address}"'.encode()


def test_a_module_calls_a_phone(master, air):
    with Phone(air) as phone:
        serial = serve_serial(phone)
        master.ok(f'AT+BTSPPCONN=0,0,"{phone.address}"')
        assert master.prompted("AT+BTSPPSEND=0,5", b"hello") == b"\r\nOK\r\n"
        serial.wait(b"hello")
        serial.send(b"welcome")
        assert master.line() == b"+BTDATA:7,welcome"
        phone.vanish()
        assert master.line() == f'+BTSPPDISCONN:0,"{phone.address}"'.encode()


def test_deinit_hangs_up(linked):
    master, slave = linked
    master.ok("AT+BTSPPINIT=0")
    assert slave.line() == f'+BTSPPDISCONN:0,"{master.address}"'.encode()
    master.ok("AT+BTINIT=0")
    master.ok("AT+BTINIT=1")
