"""Connections: making, losing, parameters, MTU, packet length, several at once."""
import re
import time

import pytest
from sim.ble_tools import BleHost, Phone


@pytest.fixture
def linked(server, client):
    """(server, client) with connection 0 between them."""
    server.ok("AT+BLEADVSTART")
    client.ok(f'AT+BLECONN=0,"{server.address}"')
    assert server.line() == f'+BLECONN:0,"{client.address}"'.encode()
    return server, client


def test_connect_and_disconnect(server, client):
    server.ok("AT+BLEADVSTART")
    assert client.ask("AT+BLECONN?") == b"+BLECONN:\r\n\r\nOK\r\n"
    up = f'+BLECONN:1,"{server.address}"\r\n\r\nOK\r\n'.encode()
    assert client.ask(f'AT+BLECONN=1,"{server.address.upper()}"') == up
    assert client.ask("AT+BLECONN?") == up
    assert server.line() == f'+BLECONN:0,"{client.address}"'.encode()
    client.error("AT+BLEDISCONN=0")
    assert client.ask("AT+BLEDISCONN=1") == b"\r\nOK\r\n"
    assert client.line() == f'+BLEDISCONN:1,"{server.address}"'.encode()
    assert server.line() == f'+BLEDISCONN:0,"{client.address}"'.encode()
    client.error("AT+BLEDISCONN=1")


def test_the_server_may_hang_up(linked):
    server, client = linked
    assert server.ask("AT+BLEDISCONN=0") == b"\r\nOK\r\n"
    assert server.line().startswith(b"+BLEDISCONN:0,")
    assert client.line().startswith(b"+BLEDISCONN:0,")


def test_nobody_there(client):
    started = time.monotonic()
    assert client.ask('AT+BLECONN=2,"24:0a:c4:09:34:23",0,3') == b"+BLECONN:2,-1\r\n\r\nERROR\r\n"
    assert 0.1 < time.monotonic() - started < 3  # three seconds of the quick air
    assert client.ask("AT+BLECONN?") == b"+BLECONN:\r\n\r\nOK\r\n"


def test_busy_while_connecting(client):
    client.write(b'AT+BLECONN=0,"24:0a:c4:09:34:23",0,3\r\n')
    client.write(b"AT\r\n")
    assert client.read(b"busy p...\r\n") == b"\r\nbusy p...\r\n"
    client.read(b"+BLECONN:0,-1\r\n\r\nERROR\r\n")


def test_bad_arguments(client):
    for bad in ('3,"24:0a:c4:09:34:23"', '0,"24:0a:c4:09:34"', '0,"24-0a-c4-09-34-23"', '0,"24:0a:c4:09:34:23",2',
                '0,"24:0a:c4:09:34:23",0,2', '0,"24:0a:c4:09:34:23",0,31', "0", '0,"24:0a:c4:09:34:23",0,3,1'):  # fmt: skip
        client.error(f"AT+BLECONN={bad}")


def test_the_wrong_address_type_finds_nobody(server, client):
    server.ok("AT+BLEADVSTART")
    assert client.ask(f'AT+BLECONN=0,"{server.address}",1,3').endswith(b"+BLECONN:0,-1\r\n\r\nERROR\r\n")
    client.ok(f'AT+BLECONN=0,"{server.address}",0,3')


def test_an_index_is_used_once(make, linked):
    server, client = linked
    with BleHost(make(), role=2) as third:
        third.ok("AT+BLEADVSTART")
        client.error(f'AT+BLECONN=0,"{third.address}"')
        client.error(f'AT+BLECONN=1,"{server.address}"')
        client.error(f'AT+BLECONN=0,"{server.address}"')
        client.ok(f'AT+BLECONN=2,"{third.address}"')
        rows = f'+BLECONN:0,"{server.address}"\r\n+BLECONN:2,"{third.address}"\r\n\r\nOK\r\n'
        assert client.ask("AT+BLECONN?") == rows.encode()


def test_three_links_are_all(server, air):
    phones = [Phone(air) for _ in range(4)]
    links = []
    try:
        for at, phone in enumerate(phones):
            phone.__enter__()
            if at == 3:
                server.error("AT+BLEADVSTART")
                break
            server.ok("AT+BLEADVSTART")
            links.append(phone.connect(server.address))
            assert server.line() == f'+BLECONN:{at},"{phone.address}"'.encode()
        phones[1].disconnect(links[1])
        assert server.line() == f'+BLEDISCONN:1,"{phones[1].address}"'.encode()
        server.ok("AT+BLEADVSTART")
        phones[3].connect(server.address)
        assert server.line() == f'+BLECONN:1,"{phones[3].address}"'.encode()
    finally:
        for phone in phones:
            phone.__exit__()


def test_a_hundred_rounds(server, client):
    for _ in range(100):
        server.ok("AT+BLEADVSTART")
        client.ok(f'AT+BLECONN=0,"{server.address}"')
        server.read(b'"\r\n')
        client.ok("AT+BLEDISCONN=0")
        client.read(b"+BLEDISCONN:")
        client.read(b"\r\n")
        server.read(b"+BLEDISCONN:")
        server.read(b"\r\n")
    for host in (server, client):
        assert host.sim.call(lambda module=host.sim.module: len(module.radio.stack.device.connections)) == 0


# losing


def test_a_peer_out_of_range(linked):
    server, client = linked
    server.sim.call(server.sim.module.radio.stack.vanish)
    assert client.silent(0.05) == b""
    assert client.line() == f'+BLEDISCONN:0,"{server.address}"'.encode()


def test_a_restart_is_noticed_late(linked):
    """The module that restarts says nothing to its peer; the supervision timeout does."""
    server, client = linked
    server.write(b"AT+RST\r\n")
    server.read(b"ready\r\n")
    assert client.line() == f'+BLEDISCONN:0,"{server.address}"'.encode()


def test_a_phone_vanishes(server, air):
    server.ok("AT+BLEADVSTART")
    with Phone(air) as phone:
        phone.connect(server.address)
        server.line()
        phone.vanish()
        assert server.line() == f'+BLEDISCONN:0,"{phone.address}"'.encode()
    server.ok("AT+BLEADVSTART")


@pytest.mark.parametrize("line", ["AT+BLEGATTCPRIMSRV=0", "AT+BLEGATTCCHAR=0,3", "AT+BLEGATTCRD=0,3,1"])
def test_a_peer_vanishes_within_a_procedure(linked, line):
    """ERROR when the loss is noticed; the module goes on."""
    server, client = linked
    client.ok("AT+BLEGATTCPRIMSRV=0")
    client.ok("AT+BLEGATTCCHAR=0,3")
    server.sim.call(server.sim.module.radio.stack.vanish)
    answer = client.ask(line)
    assert answer.endswith(b"\r\nERROR\r\n")
    assert (answer + client.silent(0.05)).count(b"+BLEDISCONN:0,") == 1
    client.ok("AT")


# parameters


def test_connection_parameters(linked):
    server, client = linked
    assert client.ask("AT+BLECONNPARAM?") == b"+BLECONNPARAM:0,0,0,24,0,500\r\n\r\nOK\r\n"
    assert client.ask("AT+BLECONNPARAM=0,12,14,1,500") == b"\r\nOK\r\n"
    assert client.line() == b"+BLECONNPARAM:0,12,14,14,1,500"
    assert server.line() == b"+BLECONNPARAM:0,0,0,14,1,500"
    assert client.ask("AT+BLECONNPARAM?") == b"+BLECONNPARAM:0,12,14,14,1,500\r\n\r\nOK\r\n"
    assert server.ask("AT+BLECONNPARAM=0,800,800,0,500") == b"\r\nOK\r\n"
    assert server.line() == b"+BLECONNPARAM:0,800,800,800,0,500"
    assert client.line() == b"+BLECONNPARAM:0,12,14,800,0,500"


def test_connection_parameters_that_cannot_be(linked):
    _, client = linked
    client.error("AT+BLECONNPARAM=1,12,14,1,500")
    for bad in ("0,14,12,1,500", "0,5,14,1,500", "0,12,3201,1,500", "0,12,14,500,500", "0,12,14,1,9", "0,12,14,1",
                "0,12,14,1,3201"):  # fmt: skip
        client.error(f"AT+BLECONNPARAM={bad}")
    assert client.ask("AT+BLECONNPARAM=0,800,800,10,500") == b"\r\nOK\r\n"  # timeout shorter than the silence allowed
    assert client.line() == b"+BLECONNPARAM:0,-1"


def test_mtu(linked):
    server, client = linked
    assert client.ask("AT+BLECFGMTU?") == b"+BLECFGMTU:0,23\r\n\r\nOK\r\n"
    for bad in ("0,22", "0,518", "0", "1,300"):
        client.error(f"AT+BLECFGMTU={bad}")
    server.error("AT+BLECFGMTU=0,300")
    assert client.ask("AT+BLECFGMTU=0,300") == b"\r\nOK\r\n"
    assert client.line() == b"+BLECFGMTU:0,300"
    assert server.line() == b"+BLECFGMTU:0,300"
    assert server.ask("AT+BLECFGMTU?") == b"+BLECFGMTU:0,300\r\n\r\nOK\r\n"
    assert client.ask("AT+BLECFGMTU=0,400") == b"\r\nOK\r\n"  # a second exchange is not allowed on a connection
    assert client.line() == b"+BLECFGMTU:0,-1"
    assert client.ask("AT+BLECFGMTU?") == b"+BLECFGMTU:0,300\r\n\r\nOK\r\n"


def test_a_phone_exchanges_the_mtu(server, air):
    server.ok("AT+BLEADVSTART")
    with Phone(air) as phone:
        link = phone.connect(server.address)
        server.line()
        assert phone.call(link.gatt_client.request_mtu, 185) == 185
        assert server.line() == b"+BLECFGMTU:0,185"


def test_data_length(linked):
    _, client = linked
    client.ok("AT+BLEDATALEN=0,30")
    client.ok("AT+BLEDATALEN=0,251")
    for bad in ("0,26", "0,252", "1,30", "3,30"):
        client.error(f"AT+BLEDATALEN={bad}")


def test_wifi_goes_on_beside_bluetooth(linked, listener):
    """A TCP link runs through it all."""
    _, client = linked
    client.join()
    client.ok('AT+CIPSTART="TCP","127.0.0.1",%d' % listener.getsockname()[1])
    peer, _ = listener.accept()
    with peer:
        peer.sendall(b"x" * 1000)
        client.read(re.compile(rb"\+IPD,1000:x{1000}\r\n"))
        client.ok("AT+BLEGATTCPRIMSRV=0")
        peer.sendall(b"y" * 1000)
        client.read(re.compile(rb"\+IPD,1000:y{1000}\r\n"))
        client.ok("AT+BLEDISCONN=0")
        assert client.line().startswith(b"+BLEDISCONN:0,")
        peer.sendall(b"z")
        client.read(b"+IPD,1:z\r\n")


def test_strength(linked):
    """AT+BLERDRSSI: a report behind the OK."""
    server, client = linked
    for host in linked:
        host.ok("AT+BLERDRSSI=0")
        assert re.fullmatch(rb"\+BLERDRSSI:0,-\d+", host.line())
        host.error("AT+BLERDRSSI=1")
        host.error("AT+BLERDRSSI")
        host.error("AT+BLERDRSSI=0,0")
