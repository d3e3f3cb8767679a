"""Ethernet and the signalling test."""
import socket

import pytest


@pytest.fixture
def wired(sim, host):
    host.ok("ATE0")
    host.ok("AT+SYSLOG=1")
    sim.call(sim.module.ethernet.plug, True)
    host.own = sim.call(lambda: sim.module.ethernet.address)
    assert host.read(b"_IP:" + host.own.encode() + b"\r\n") == b"+ETH_CONNECTED\r\n+ETH_GOT_IP:%s\r\n" % host.own.encode()
    return host


def test_without_a_chip(host):
    host.ok("ATE0")
    for line in ("AT+CIPETH?", "AT+CIPETHMAC?", 'AT+CIPETH="192.168.6.100"'):
        assert host.ask(line) == b"\r\nERROR\r\n"
    assert host.ask("AT+CWDHCP?") == b"+CWDHCP:3\r\nOK\r\n"


def test_addresses(wired, air):
    assert wired.lines("AT+CIPETH?") == [
        f'+CIPETH:ip:"{wired.own}"', f'+CIPETH:gateway:"{air.gateway}"', '+CIPETH:netmask:"255.255.255.0"', "OK",
    ]  # fmt: skip
    assert f'+CIFSR:ETHIP,"{wired.own}"' in wired.lines("AT+CIFSR")
    assert wired.ask("AT+CWDHCP?") == b"+CWDHCP:7\r\nOK\r\n"
    wired.ok('AT+CIPETH="192.168.6.100","192.168.6.1","255.255.255.0"')
    assert wired.lines("AT+CIPETH?")[0] == '+CIPETH:ip:"192.168.6.100"'
    assert wired.ask("AT+CWDHCP?") == b"+CWDHCP:3\r\nOK\r\n"
    wired.ok("AT+RST")
    assert wired.read(b".100\r\n").endswith(b"ready\r\n+ETH_CONNECTED\r\n+ETH_GOT_IP:192.168.6.100\r\n")
    wired.ok("AT+CWDHCP=1,4")
    assert wired.ask("AT+CWDHCP?").endswith(b"+CWDHCP:7\r\nOK\r\n")


def test_mac(wired, sim):
    wired.ok('AT+CIPETHMAC="1a:fe:35:98:d4:7b"')
    assert wired.ask("AT+CIPETHMAC?") == b'+CIPETHMAC:"1a:fe:35:98:d4:7b"\r\n\r\nOK\r\n'
    for bad in ("15:fe:35:98:d4:7b", "00:00:00:00:00:00", "1a:fe:35:98:d4", "ff:ff:ff:ff:ff:ff"):
        assert wired.ask(f'AT+CIPETHMAC="{bad}"') == b"ERR CODE:0x01070000\r\n\r\nERROR\r\n"
    station = sim.call(lambda: sim.module.wifi.mac)
    assert wired.ask(f'AT+CIPETHMAC="{station}"') == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"


def test_links_over_ethernet_alone(wired, listener, sim):
    wired.ok('AT+CIPSTART="TCP","127.0.0.1",%d' % listener.getsockname()[1])
    peer, _ = listener.accept()
    wired.send("AT+CIPSEND=4", b"test")
    assert peer.recv(10) == b"test"
    sim.call(sim.module.ethernet.plug, False)
    assert wired.read(b"CLOSED\r\n") == b"+ETH_DISCONNECTED\r\nCLOSED\r\n"
    peer.close()
    assert wired.ask('AT+CIPSTART="TCP","127.0.0.1",%d' % listener.getsockname()[1]).endswith(b"ERROR\r\n")


def test_server_over_ethernet(wired, sim):
    wired.ok("AT+CIPMUX=1")
    wired.ok("AT+CIPSERVER=1,8081")
    with socket.create_connection((wired.own, 8081)) as sock:
        assert wired.read(b"\r\n") == b"0,CONNECT\r\n"
        sock.sendall(b"test")
        assert wired.read(b"test\r\n") == b"\r\n+IPD,0,4:test\r\n"


def test_plcp(host):
    host.ok("ATE0")
    assert host.ask("AT+FACTPLCP=1,1") == b"\r\nERROR\r\n"
    host.ok("AT+CWMODE=1")
    assert host.ask("AT+FACTPLCP=1,1") == b"\r\nOK\r\n"
    assert host.ask("AT+FACTPLCP=0,0") == b"\r\nOK\r\n"
    assert host.ask("AT+FACTPLCP=2,0") == host.ask("AT+FACTPLCP=1") == b"\r\nERROR\r\n"
