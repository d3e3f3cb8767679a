"""Joining: names and passwords of every kind, refusals, an access point that vanishes and comes back."""

import play
from checks import raises
from play import EHOSTUNREACH, case, fails, pair

import network
import socket

wlan = play.wlan
GOOD = "1234567890"
PAIRS = (
    (b'quo"te', b'pass"word"'),
    (b"comma,comma", b"pass,word,"),
    (b"back\\slash\\", b"pass\\word\\"),
    (b'all",\\of them\\"', b'\\",\\",\\",'),
    ("Caf\u00e9 \u4e2d\u6587".encode(), "p\u00e4ssw\u00f6rd".encode()),
    (b" blanks around ", b"  passwd  "),
    (b"+CWJAP:1,OK", b"\\r\\nOK\\r\\n"),
    (b"x" * 32, b"y" * 63),
    (("\u4e2d" * 10).encode() + b"ab", b"0123456789abcdef" * 4),
    (b"\\" * 32, b'"' * 63),
    (b"1", b"12345678"),
    (b"open to all", b""),
)


def join(ssid, password, seconds=5, **more):
    """Try to join; the status at the end."""
    wlan.active(True)
    wlan.connect(ssid, password, **more)
    play.until(lambda: wlan.status() != network.STAT_CONNECTING, seconds)
    return wlan.status()


@case
def test_names_and_passwords():
    for ssid, password in PAIRS:
        play.ask("add", play.hexed(ssid), play.hexed(password), {} if password else {"ecn": 0})
        assert join(ssid, password) == network.STAT_GOT_IP, (ssid, password)
        assert wlan.isconnected()
        found = wlan.config("ssid")
        assert found == str(ssid, "utf-8"), (found, ssid)
        wrong = (password + b"x")[:63] if len(password) < 63 else b"z" * 63
        if password:
            assert join(ssid, wrong) == network.STAT_WRONG_PASSWORD, (ssid, wrong)
    seen = [entry[0] for entry in wlan.scan()]
    for ssid, _ in PAIRS:
        assert ssid in seen, (ssid, seen)


@case
def test_text_and_bytes():
    for ssid, password in PAIRS[:6]:
        play.ask("add", play.hexed(ssid), play.hexed(password), {})
        assert join(str(ssid, "utf-8"), str(password, "utf-8")) == network.STAT_GOT_IP
        assert wlan.config("ssid").encode() == ssid


@case
def test_what_no_access_point_can_have():
    wlan.active(True)
    wlan.disconnect()
    play.ask("clear")
    for ssid, password in (
        ("x" * 33, GOOD), ("", GOOD), (b"", GOOD), ("\u4e2d" * 11, GOOD), ("name", "y" * 65), ("name", "\u4e2d" * 22),
        (b"name", b"y" * 65),
    ):
        try:
            wlan.connect(ssid, password)
            raise AssertionError("accepted %r, %r" % (ssid, password))
        except ValueError:
            pass
    assert play.ask("count", "AT+") == 0, play.ask("written")
    assert not wlan.isconnected()


@case
def test_refusals():
    assert join("espressif", "wrong password") == network.STAT_WRONG_PASSWORD
    assert not wlan.isconnected()
    assert join("not there", GOOD) == network.STAT_NO_AP_FOUND
    play.ask("add", play.hexed(b"refuses"), play.hexed(GOOD.encode()), {"refuses": True})
    assert join("refuses", GOOD) == network.STAT_CONNECT_FAIL
    s = play.new()
    s.settimeout(5)
    fails(EHOSTUNREACH, s.connect, ("127.0.0.1", 1))
    assert join("espressif", GOOD) == network.STAT_GOT_IP


@case
def test_bssid():
    play.ask("add", play.hexed(b"twins"), play.hexed(GOOD.encode()), {"bssid": "02:00:00:00:00:01", "rssi": -30})
    play.ask("add", play.hexed(b"twins"), play.hexed(GOOD.encode()), {"bssid": "02:00:00:00:00:02", "rssi": -70})
    assert join("twins", GOOD, bssid=b"\2\0\0\0\0\2") == network.STAT_GOT_IP
    assert wlan.status("rssi") == -70
    assert join("twins", GOOD) == network.STAT_GOT_IP
    assert wlan.status("rssi") == -30


@case
def test_wpa3():
    assert join("wpa3", GOOD, pmf=3, scan_mode=1) == network.STAT_GOT_IP
    for error, wrong in ((TypeError, {"pwf": 3}), (ValueError, {"pmf": 4}), (ValueError, {"jap_timeout": 2})):
        try:
            wlan.connect("wpa3", GOOD, **wrong)
        except error:
            continue
        raise AssertionError("%r was taken" % wrong)
    assert wlan.isconnected()


@case
def test_enterprise():
    play.ask("add", play.hexed(b"office"), "", {"ecn": 5, "accounts": {"me": "test11"}})
    account = {"eap": 1, "identity": "me@office.test", "user": "me"}
    assert join("office", "test11", **account) == network.STAT_GOT_IP
    pair()
    play.ask("restart")
    play.until(lambda: not wlan.isconnected(), 5)
    play.until(wlan.isconnected, 10)  # it is told the account again
    assert join("espressif", GOOD) == network.STAT_GOT_IP


@case
def test_connecting_is_not_waited_for():
    play.ask("change", "espressif", {"delay": 0.3})
    wlan.disconnect()
    ms, _ = play.took(wlan.connect, "espressif", GOOD)
    assert ms < 150, ms
    assert wlan.status() == network.STAT_CONNECTING and not wlan.isconnected()
    play.until(wlan.isconnected)
    assert wlan.status() == network.STAT_GOT_IP
    play.ask("change", "espressif", {"delay": 0})
    ip, mask, gateway, dns = wlan.ifconfig()
    assert ip.startswith("127.0.") and mask == "255.255.255.0" and gateway.startswith("127.0."), (ip, mask, gateway)


@case
def test_asking_costs_nothing():
    assert join("espressif", GOOD) == network.STAT_GOT_IP
    play.ask("clear")
    for _ in range(300):
        assert wlan.isconnected() and wlan.status() == network.STAT_GOT_IP and wlan.active()
    assert play.ask("count", "AT") == 0


@case
def test_wait_for_the_join_in_connect():
    # a program that connects its socket at once: the line is busy joining, then it works
    play.ask("change", "espressif", {"delay": 0.3})
    wlan.disconnect()
    wlan.connect("espressif", GOOD)
    s = play.new()
    s.settimeout(5)
    s.connect(play.listener().address)
    play.listener().accept()
    play.ask("change", "espressif", {"delay": 0})
    assert wlan.isconnected()


@case
def test_vanishes_and_comes_back():
    assert join("espressif", GOOD) == network.STAT_GOT_IP
    s, peer = pair()
    other, far = pair()
    peer.arrive(b"in time")
    play.until(lambda: s.ioctl(3, 1))
    play.ask("switch", "espressif", False)
    play.until(lambda: not wlan.isconnected())
    assert wlan.status() == network.STAT_CONNECTING
    assert s.read(7) == b"in time"
    for t in (s, other):
        try:
            assert t.recv(1) == b""
        except OSError as e:
            assert e.args[0] == play.ECONNRESET
        fails(play.EPIPE, t.send, b"x")
    t = play.new()
    t.settimeout(5)
    fails(EHOSTUNREACH, t.connect, play.listener().address)
    fails(-2, socket.getaddrinfo, "server.test", 80)
    play.ask("switch", "espressif", True)
    play.until(wlan.isconnected)
    s, peer = pair()
    s.write(b"back")
    assert peer.recv(4) == b"back"


@case
def test_thrown_out_for_a_moment():
    assert join("espressif", GOOD) == network.STAT_GOT_IP
    play.ask("kick")
    play.until(lambda: not wlan.isconnected())
    play.until(wlan.isconnected)
    pair()


@case
def test_thrown_out_between_address_and_ok():
    """The OK of AT+CWJAP comes behind WIFI DISCONNECT: it is about what was, and must not make it connected again."""
    assert join("espressif", GOOD) == network.STAT_GOT_IP
    wlan.disconnect()
    play.ask("clear")
    play.ask("fault", "message", "WIFI GOT IP", "after", 1, "WIFI DISCONNECT\r\n")
    wlan.connect("espressif", GOOD)
    play.until(lambda: wlan.isconnected() or not wlan.joining)  # the OK has come
    heard = bytes.fromhex(play.ask("heard"))
    assert heard.endswith(b"WIFI GOT IP\r\nWIFI DISCONNECT\r\n\r\nOK\r\n"), heard
    assert wlan.status() == network.STAT_CONNECTING and not wlan.isconnected()
    fails(EHOSTUNREACH, play.new().connect, play.unused())
    play.ask("kick")  # now the module really is out, and comes back
    play.until(wlan.isconnected)
    pair()


@case
def test_left_and_switched_off():
    assert join("espressif", GOOD) == network.STAT_GOT_IP
    wlan.disconnect()
    assert not wlan.isconnected() and wlan.status() == network.STAT_IDLE
    assert join("espressif", GOOD) == network.STAT_GOT_IP
    wlan.active(False)
    assert not wlan.isconnected() and not wlan.active()
    assert join("espressif", GOOD) == network.STAT_GOT_IP
    pair()


@case
def test_the_one_joined_last():
    assert join("espressif", GOOD) == network.STAT_GOT_IP
    wlan.disconnect()
    wlan.connect()
    play.until(wlan.isconnected, 10)
    assert wlan.config("ssid") == "espressif"


@case
def test_addresses_as_text_with_a_prefix():
    assert join("espressif", GOOD) == network.STAT_GOT_IP
    gateway = wlan.ipconfig("gw4")
    try:
        wlan.ipconfig(addr4="10.1.2.3/20", gw4="10.1.2.1")
        assert wlan.ipconfig("addr4") == ("10.1.2.3", "255.255.240.0") and wlan.ipconfig("gw4") == "10.1.2.1"
        wlan.ipconfig(addr4="10.1.2.4")
        assert wlan.ipconfig("addr4") == ("10.1.2.4", "255.255.255.0") and not wlan.ipconfig("dhcp4")
    finally:
        wlan.ipconfig(dhcp4=True)
    play.until(lambda: wlan.ipconfig("gw4") == gateway)
    for call in (lambda: wlan.ipconfig("addr5"), lambda: wlan.ipconfig(addr5=1), lambda: network.ipconfig(addr5=1)):
        assert "addr5" in str(raises(ValueError, call))


@case
def test_wishes_about_the_radio():
    wlan.active(True)
    for pm in (network.WLAN.PM_NONE, network.WLAN.PM_POWERSAVE, network.WLAN.PM_PERFORMANCE):
        wlan.config(pm=pm)
        assert wlan.config("pm") == pm
    wlan.config(pm=0xA11140)  # RP2's way to say that
    assert wlan.config("pm") == network.WLAN.PM_NONE
    wlan.config(pm=network.WLAN.PM_PERFORMANCE)
    wlan.config(txpower=15)
    assert wlan.config("txpower") == 15
    wlan.config(txpower=2.5)  # less than the module has
    assert wlan.config("txpower") <= 10
    wlan.config(txpower=19.5, dhcp_hostname="meter")
    assert wlan.config("hostname") == network.hostname() == "meter"
    for call in (lambda: wlan.config("nonsense"), lambda: wlan.config(nonsense=1)):
        assert "nonsense" in str(raises(ValueError, call))


@case
def test_its_address_before_it_is_switched_on():
    # a program's first line is often the board's number
    on = wlan.config("mac")
    wlan.active(False)
    ap = network.WLAN(network.WLAN.IF_AP)
    assert wlan.config("mac") == on and len(ap.config("mac")) == 6
    assert not wlan.active() and not ap.active() and play.ask("count", "AT+CIPSTAMAC?") > 0
    wlan.active(True)
