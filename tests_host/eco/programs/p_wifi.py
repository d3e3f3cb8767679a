"""What programs may expect of wifi.radio, ipaddress and mdns, call by call."""

import time

import espat_board
from online import join, modem, radio

import ipaddress
import mdns
import wifi
from wifi import AuthMode, PowerManagement

SSID, PASSWORD = espat_board.setting("ssid"), espat_board.setting("password")


def refuses(why, *args, **more):
    try:
        radio.connect(*args, **more)
    except ConnectionError as e:
        assert str(e) == why, e
    else:
        raise AssertionError("joined")


def joining():
    assert radio.__class__.__name__ == "Radio" and radio is wifi.radio and isinstance(radio, wifi.Radio) and {radio: 1}
    assert radio.enabled and not radio.connected
    assert radio.ipv4_address is None and radio.ipv4_gateway is None and radio.ipv4_subnet is None and radio.ipv4_dns is None
    assert radio.ap_info is None and radio.addresses == () and radio.dns == ()
    refuses("No network with that ssid", "nowhere", "12345678")
    refuses("Authentication failure", SSID, "wrong password")
    assert not radio.connected
    for bad in ("", "x" * 33):
        try:
            radio.connect(bad)
            raise AssertionError(bad)
        except ValueError:
            pass
    radio.connect(SSID, PASSWORD, timeout=10)
    assert radio.connected
    radio.connect(SSID.encode(), PASSWORD.encode())  # there already
    radio.connect(ssid="open")  # another one, without a password
    assert radio.ap_info.ssid == "open"
    radio.connect(SSID, password=PASSWORD, bssid=b"\x02\x00\x5e\x10\x00\x00", channel=1)
    assert radio.ap_info.ssid == SSID and radio.ap_info.bssid == b"\x02\x00\x5e\x10\x00\x00"
    return [radio.ap_info.channel, radio.ap_info.rssi]


def addresses():
    assert len(radio.mac_address) == 6 and radio.tx_power >= 10  # asked of a radio that has done nothing yet
    join()
    assert isinstance(radio.ipv4_address, ipaddress.IPv4Address)
    assert str(radio.ipv4_subnet) == "255.255.255.0"
    assert len(radio.mac_address) == 6 and isinstance(radio.mac_address, bytes)
    assert radio.addresses == (str(radio.ipv4_address),)
    radio.ipv4_dns = ipaddress.ip_address("9.9.9.9")
    assert radio.dns == ("9.9.9.9",) and str(radio.ipv4_dns) == "9.9.9.9"
    radio.dns = ["1.1.1.1", "8.8.8.8"]
    assert radio.dns == ("1.1.1.1", "8.8.8.8")
    return str(radio.ipv4_address)


def fixed(ip, gateway):
    join()
    radio.stop_dhcp()
    radio.set_ipv4_address(ipv4=ipaddress.IPv4Address(ip), netmask=ipaddress.IPv4Address("255.255.255.0"),
                           gateway=ipaddress.IPv4Address(gateway), ipv4_dns=ipaddress.IPv4Address("9.9.9.9"))
    found = str(radio.ipv4_address), str(radio.ipv4_gateway), str(radio.ipv4_dns)
    radio.start_dhcp()
    return found


def names():
    radio.hostname = "my-board"
    assert radio.hostname == "my-board"
    for bad in ("", "x" * 33):
        try:
            radio.hostname = bad
            raise AssertionError(bad)
        except ValueError:
            pass
    radio.mac_address = b"\x02\x11\x22\x33\x44\x56"
    assert radio.mac_address == b"\x02\x11\x22\x33\x44\x56"
    join()
    radio.tx_power = 15
    assert radio.tx_power == 15
    for pm in (PowerManagement.MIN, PowerManagement.MAX, PowerManagement.NONE):
        radio.power_management = pm
        assert radio.power_management is pm
    assert str(PowerManagement.MIN) == "wifi.PowerManagement.MIN"


def scanning():
    found = {}
    scanned = radio.start_scanning_networks(start_channel=1, stop_channel=13)
    for network in scanned:
        found[network.ssid] = [network.channel, network.rssi, len(network.bssid), [str(m) for m in network.authmode]]
    radio.stop_scanning_networks()
    assert isinstance(scanned, wifi.ScannedNetworks) and list(scanned) == []
    only = [n.channel for n in radio.start_scanning_networks(start_channel=6, stop_channel=6)]
    assert only and set(only) == {6}
    return found


def ping(name):
    join()
    seconds = radio.ping(ipaddress.ip_address("127.0.0.1"), timeout=2)
    assert 0 <= seconds < 2, seconds
    assert radio.ping(ip=name) is None
    return True


def loss():
    """The network goes and comes back (the test sees to it): connected is a flag kept up to date."""
    join()
    print("READY", flush=True)
    told = []
    end = time.monotonic() + 10
    while len(told) < 2 and time.monotonic() < end:
        if radio.connected == bool(told):
            told.append(not radio.connected if not told else radio.connected)
        time.sleep(0.01)
    return told + [radio.ipv4_address is not None]


def restart():
    """The module restarts: it joins again by itself."""
    join()
    print("READY", flush=True)
    begun = modem.engine.restarts
    end = time.monotonic() + 10
    while (modem.engine.restarts == begun or not radio.connected) and time.monotonic() < end:
        modem.step()
        time.sleep(0.005)
    return [modem.engine.restarts - begun, radio.connected, radio.ap_info.ssid]


def switching():
    join()
    radio.enabled = False
    assert not radio.enabled and not radio.connected and not radio.ap_active
    try:
        radio.connect(SSID, PASSWORD)
        raise AssertionError("joined")
    except RuntimeError:
        pass
    radio.enabled = True
    join()
    radio.stop_station()
    assert not radio.connected
    radio.start_station()
    join()


def access_point():
    assert not radio.ap_active and radio.ipv4_address_ap is None and radio.stations_ap == [] and radio.addresses_ap == ()
    radio.start_ap("mine", "password1", channel=6, authmode=[AuthMode.WPA, AuthMode.WPA2], max_connections=2)
    assert radio.ap_active and len(radio.mac_address_ap) == 6
    seen = [str(radio.ipv4_address_ap), str(radio.ipv4_subnet_ap), str(radio.ipv4_gateway_ap), list(radio.addresses_ap)]
    for bad in ({"password": "short"}, {"password": "password1", "authmode": [AuthMode.WPA3]}):
        try:
            radio.start_ap("mine", **bad)
            raise AssertionError(bad)
        except ValueError:
            pass
    join()  # both at once
    assert radio.connected and radio.ap_active
    radio.stop_ap()
    assert radio.connected and not radio.ap_active
    return seen


def addresses_as_objects():
    a = ipaddress.ip_address("192.168.4.1")
    assert str(a) == "192.168.4.1" and repr(a) == str(a) and a.packed == b"\xc0\xa8\x04\x01" and a.version == 4
    assert a == ipaddress.IPv4Address(b"\xc0\xa8\x04\x01") == ipaddress.IPv4Address(0xC0A80401) and a != "192.168.4.1"
    assert {a: 1}[ipaddress.IPv4Address("192.168.4.1")] == 1 and a != ipaddress.IPv4Address("192.168.4.2")
    for bad in ("", "1.2.3", "1.2.3.256", "1.2.3.4.5", "a.b.c.d", "1.2.3.-4", b"123", -1, 1 << 32):
        try:
            ipaddress.ip_address(bad)
            raise AssertionError(bad)
        except ValueError:
            pass


def services():
    join()
    with mdns.Server(radio) as server:
        server.hostname = "board"
        server.advertise_service(service_type="_http", protocol="_tcp", port=80)
        for call in (lambda: server.find("_http", "_tcp"),
                     lambda: server.advertise_service(service_type="_http", protocol="_udp", port=80)):
            try:
                call()
                raise AssertionError("silently ignored")
            except NotImplementedError:
                pass
