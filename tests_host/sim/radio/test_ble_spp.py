"""Bluetooth LE passthrough."""
import random

import pytest
from sim.ble_tools import BleHost, Phone, eventually

PROMPT = b"\r\nOK\r\n\r\n>"


@pytest.fixture
def linked(server, client):
    server.ok("AT+BLEADVSTART")
    client.ok(f'AT+BLECONN=0,"{server.address}"')
    server.line()
    client.ok("AT+BLEGATTCPRIMSRV=0")
    client.ok("AT+BLEGATTCCHAR=0,3")
    return server, client


def enter(host, config):
    host.ok(f"AT+BLESPPCFG={config}")
    host.write(b"AT+BLESPP\r\n")
    assert host.read(PROMPT) == PROMPT


def both(linked):
    server, client = linked
    enter(client, "1,3,5,3,6")
    assert server.read(b"\x01\x00\r\n") == b"+WRITE:0,1,6,1,2,\x01\x00\r\n"
    enter(server, "1,1,6,1,5")
    return server, client


def test_configuration(client):
    assert client.ask("AT+BLESPPCFG?") == b"+BLESPPCFG:0,0,0,0,1\r\nOK\r\n"
    client.ok("AT+BLESPPCFG=1,3,5,3,7")
    assert client.ask("AT+BLESPPCFG?") == b"+BLESPPCFG:3,5,3,7,1\r\nOK\r\n"
    client.ok("AT+BLESPPCFG=1,3,5,3,7,0")
    assert client.ask("AT+BLESPPCFG?") == b"+BLESPPCFG:3,5,3,7,0\r\nOK\r\n"
    client.ok("AT+BLESPPCFG=0")
    assert client.ask("AT+BLESPPCFG?") == b"+BLESPPCFG:0,0,0,0,1\r\nOK\r\n"
    for bad in ("1", "1,3,5,3", "2,3,5,3,7", "1,3,5,3,7,2", "1,0,5,3,7", "0,1"):
        client.error(f"AT+BLESPPCFG={bad}")


def test_both_ways(linked):
    server, client = both(linked)
    client.write(b"to the server")
    assert server.exactly(13) == b"to the server"
    server.write(b"\0\r\nAT\r\n+")
    assert client.exactly(8) == b"\0\r\nAT\r\n+"
    client.leave()
    server.leave()


def test_a_lot_of_data(linked):
    """Everything arrives, in order, at MTU 23 and at MTU 500."""
    server, client = linked
    client.ok("AT+BLECFGMTU=0,500")
    client.line()
    server.line()
    both((server, client))
    data = random.Random(1).randbytes(20000)
    client.write(data)
    assert server.exactly(len(data), timeout=10) == data
    server.write(data)
    assert client.exactly(len(data), timeout=10) == data


def test_indications_carry_the_stream_too(linked):
    server, client = linked
    enter(client, "1,3,5,3,7")
    server.read(b"\x02\x00\r\n")
    enter(server, "1,1,7,1,5")
    server.write(b"confirmed " * 10)
    assert client.exactly(100) == b"confirmed " * 10


def test_when_it_is_refused(linked, make):
    server, client = linked
    client.error("AT+BLESPP")  # not configured
    client.ok("AT+BLESPPCFG=1,3,1,3,6")  # tx can only be read
    client.error("AT+BLESPP")
    client.ok("AT+BLESPPCFG=1,3,5,3,5")  # rx does not push
    client.error("AT+BLESPP")
    client.ok("AT+BLESPPCFG=1,4,1,4,2")  # never looked at
    client.error("AT+BLESPP")
    server.ok("AT+BLESPPCFG=1,1,6,1,5")
    server.error("AT+BLESPP")  # nobody has subscribed
    server.ok("AT+BLESPPCFG=1,1,5,1,6")
    server.error("AT+BLESPP")
    with BleHost(make(), role=2, services=True) as alone:
        alone.ok("AT+BLESPPCFG=1,1,6,1,5")
        alone.error("AT+BLESPP")


def test_reports_are_held_back(linked):
    server, client = linked
    client.ok("AT+BLESPPCFG=1,3,5,3,6,0")
    client.write(b"AT+BLESPP\r\n")
    client.read(PROMPT)
    server.read(b"\x01\x00\r\n")
    server.ok("AT+BLEDISCONN=0")
    server.line()
    assert client.silent(0.1) == b""
    client.write(b"lost")
    client.leave()
    assert client.ask("AT+BLECONN?") == b"+BLECONN:\r\n\r\nOK\r\n"


def test_sysmsg_shows_them(linked):
    """Bit 0: the end of the mode; bit 2: the link's changes."""
    server, client = linked
    client.ok("AT+SYSMSG=5")
    client.ok("AT+BLESPPCFG=1,3,5,3,6,0")
    client.write(b"AT+BLESPP\r\n")
    client.read(PROMPT)
    server.ok("AT+BLEDISCONN=0")
    assert client.line() == f'+BLEDISCONN:0,"{server.address}"'.encode()
    client.silent(0.1)
    client.write(b"+++")
    assert client.line() == b"+QUITT"


def test_the_client_comes_back(linked):
    """Automatic reconnection: the host sees nothing, data flow again."""
    server, client = both(linked)
    server.sim.call(server.sim.module.ble.links[0].connection.disconnect)
    back = server.sim.module.ble.links
    eventually(lambda: back.get(0) and back[0].subscriptions and server.sim.module.ble.spp.link is back[0])
    eventually(lambda: client.sim.module.ble.spp.link is client.sim.module.ble.links[0])
    client.write(b"again")
    assert server.exactly(5) == b"again"
    server.write(b"and back")
    assert client.exactly(8) == b"and back"


def test_a_phone_talks_to_the_server(server, air):
    server.ok("AT+BLEADVSTART")
    with Phone(air) as phone:
        peer = phone.connect(server.address)
        server.line()
        phone.discover(peer)
        phone.subscribe(peer, 0xC305)
        server.read(b"\x01\x00\r\n")
        enter(server, "1,1,6,1,5")
        phone.write(peer, 0xC304, b"+BLEDISCONN:0\r\n")
        assert server.exactly(15) == b"+BLEDISCONN:0\r\n"
        phone.read(peer, 0xC300)  # the report stays unseen
        server.write(b"x" * 45)
        assert [len(value) for _, value in phone.wait_for(3)] == [20, 20, 5]
        server.leave()
        phone.write(peer, 0xC304, b"as a report")
        assert server.line() == b"+WRITE:0,1,5,,11,as a report"
