"""The guide's examples 4.1, 4.2 and 4.6 as programs: HTTP through filters, links of every kind, passthrough, Ethernet."""

import high
import play
from espat import at_basic, at_mfg, at_system
from espat.net import at_eth, at_ip, at_join, at_links, at_server, at_sntp, at_softap, at_wifi, passthrough, rawdownload
from high import ask, modem

import socket
import ssl

TIMEOUT = 240
SSID, PASSWORD = "espressif", "1234567890"
made = []


def case(function):
    def run():
        try:
            function()
        finally:
            while made:
                made.pop().close()
            high.ready()

    return run


def station():
    at_wifi.mode(modem, 1)
    at_join.connect(modem, SSID, PASSWORD)
    ip, netmask, gateway = at_ip.address(modem)
    assert ip.startswith("127.0.") and netmask == "255.255.255.0"


def access_point():
    at_wifi.mode(modem, 2)
    at_softap.configure(modem, "ESP32_softAP", "1234567890", 5, 3)
    assert at_softap.address(modem)["ip"] == "192.168.4.1"


def keep(thing):
    made.append(thing)
    return thing


def client_socket(kind=socket.SOCK_STREAM):
    s = keep(socket.socket(socket.AF_INET, kind))
    s.settimeout(10)
    return s


def serving(port):
    s = client_socket()
    s.bind(("", port))
    s.listen(2)
    return s


def exchange(s, peer):
    s.send(b"test")
    assert peer.recv(4) == b"test"
    peer.send(b"back")
    assert s.recv(4) == b"back"


@case
def test_4_1_1():
    """Message filters let the host receive a picture as it is."""
    at_basic.restore(modem)
    station()
    stream = rawdownload.open(modem, ask("web", True) + "/file/20000")
    assert stream.read(20000) == high.body(20000)


@case
def test_4_2_1():
    station()
    s = client_socket()
    s.connect(play.listener().address)
    exchange(s, play.listener().accept())


@case
def test_4_2_2():
    access_point()
    listener = serving(333)
    ask("call", 333)
    s, address = listener.accept()
    keep(s)
    exchange(s, play.Peer(ask("called")))
    s.close()


@case
def test_4_2_3():
    """The remote host and port are fixed."""
    station()
    peer, port = ask("datagrams")
    s = client_socket(socket.SOCK_DGRAM)
    s.bind(("", 1112))
    s.connect(("127.0.0.1", port))
    s.send(b"7 bytes")
    assert ask("recvfrom", peer) == [play.hexed(b"7 bytes"), 1112]
    ask("reply", peer, play.hexed(b"back"))
    assert s.recv(4) == b"back"


@case
def test_4_2_4():
    """The remote host and port change."""
    station()
    one, port = ask("datagrams")
    two, other = ask("datagrams")
    s = client_socket(socket.SOCK_DGRAM)
    s.bind(("", 1112))
    s.sendto(b"test", ("127.0.0.1", port))
    s.sendto(b"else", ("127.0.0.1", other))
    assert ask("recvfrom", one) == [play.hexed(b"test"), 1112]
    assert ask("recvfrom", two) == [play.hexed(b"else"), 1112]
    ask("reply", two, play.hexed(b"back"))
    data, sender = s.recvfrom(10)
    assert data == b"back" and sender[1] == other


@case
def test_4_2_5():
    station()
    s = client_socket()
    s.connect(("127.0.0.1", ask("secret_echo")))
    s = keep(ssl.wrap_socket(s))
    s.write(b"test")
    assert s.read(4) == b"test"


def tls_server(mutual):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if mutual:
        context.verify_mode = ssl.CERT_REQUIRED
    # the module's own certificate serves: nothing is put into its store
    from espat.net import tls_server

    listener = client_socket()
    listener.bind(("", 8070))
    tls_server.prepare(listener, context)
    listener.listen(2)
    ask("call", 8070, "mutual" if mutual else "tls")
    s, address = listener.accept()
    keep(s)
    exchange(s, play.Peer(ask("called")))


@case
def test_4_2_6():
    access_point()
    tls_server(False)


def know_the_time():
    """AT+CIPSNTPCFG and AT+CIPSNTPTIME, for whoever verifies certificates."""
    ask("ntp")
    at_sntp.configure(modem, 8, "pool.ntp.org", "cn.ntp.org.cn")
    play.until(lambda: at_sntp.time(modem)[0] > 2020, 10)


@case
def test_4_2_7():
    station()
    know_the_time()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_cert_chain(ask("pki", "client_cert_00.crt"), ask("pki", "client_key_00.key"))
    context.load_verify_locations(cadata=ask("pki", "client_ca_00.crt"))
    s = client_socket()
    s.connect(("127.0.0.1", ask("mutual_echo")))
    s = keep(context.wrap_socket(s))
    s.write(b"test")
    assert s.read(4) == b"test"


@case
def test_4_2_8():
    station()
    know_the_time()
    tls_server(True)
    at_server.server(modem)


def through(pipe, peer):
    pipe.settimeout(10)
    data = bytes(range(256))
    pipe.write(data)
    assert peer.recv(256) == data
    peer.send(b"back")
    assert pipe.read(4) == b"back"


@case
def test_4_2_9():
    station()
    pipe = keep(passthrough.connect(modem, *play.listener().address))
    through(pipe, play.listener().accept())


@case
def test_4_2_10():
    station()
    ask("call", 8080)
    pipe = keep(passthrough.serve(modem, 8080, timeout=10))
    through(pipe, play.Peer(ask("called")))


@case
def test_4_2_11():
    """UDP from an access point, with a fixed peer."""
    access_point()
    peer, port = ask("datagrams")
    pipe = keep(passthrough.connect(modem, "127.0.0.1", port, "UDP", 2233))
    pipe.settimeout(10)
    pipe.write(bytes(range(256)))
    assert ask("recvfrom", peer) == [play.hexed(bytes(range(256))), 2233]
    ask("reply", peer, play.hexed(b"back"))
    assert pipe.read(4) == b"back"


@case
def test_4_2_12():
    """Passive receiving: the module tells how much waits and hands it over when asked."""
    station()
    s = client_socket()
    s.connect(play.listener().address)
    peer = play.listener().accept()
    link = s.link.index
    assert at_links.passives(modem)[link]
    peer.send(b"test")
    assert s.recv(10) == b"test" and at_links.lengths(modem)[link] in (0, -1, None)


@case
def test_4_6_1():
    """A TCP server on Ethernet."""
    at_wifi.mode(modem, 0)
    ask("plug")
    play.until(lambda: at_eth.address(modem)["ip"] != "0.0.0.0", 10)
    listener = serving(8081)
    ask("call", 8081)
    s, address = listener.accept()
    keep(s)
    exchange(s, play.Peer(ask("called")))


def test_the_store_has_the_guides_certificates():
    """6.8: what the examples use is what the module came with."""
    names = {"client_cert", "client_key", "client_ca", "server_cert", "server_key", "server_ca"}
    assert names <= set(at_mfg.namespaces(modem))
    assert at_system.ram(modem)[0] > 0
