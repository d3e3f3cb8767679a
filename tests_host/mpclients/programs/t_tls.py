"""TLS by the module: when it is decided, who is verified and how, certificates given at run time, failures with a name."""

import asyncio
import os

import espat_board  # noqa: F401
import play
from checks import raises
from play import ECONNREFUSED, ECONNRESET, EINPROGRESS, EINVAL, ask, case, fails, until

play.join()

import socket
import ssl
import tls

LIBRARY = "ssl, tls"
VERSION = "MicroPython's calls"
HOST = "espat.test"
FOLDER = os.getenv("ESPAT_FOLDER") + "/"


def pem(name):
    with open(FOLDER + name, "rb") as f:
        return f.read()


def server(name="server", **options):
    """(its number, port) of a TLS peer that sends everything back."""
    return ask("tls", name, options.get("trust", ""), options.get("alpn", ""))


def context(verify=True, ca="ca.pem"):
    c = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    c.verify_mode = tls.CERT_REQUIRED if verify else tls.CERT_NONE
    if verify and ca:
        c.load_verify_locations(pem(ca))
    return c


def connect(c, port, name=HOST, host="127.0.0.1", **options):
    s = play.new()
    s.settimeout(10)
    s.connect((host, port))
    return c.wrap_socket(s, server_hostname=name, **options)


def echoes(s, text=b"there and back"):
    s.write(text)
    assert s.read(len(text)) == text


def refused(word, c, port, name=HOST, **options):
    """The connection must fail with an OSError whose text has this word."""
    try:
        connect(c, port, name, **options)
    except OSError as e:
        assert e.args[0] in (ECONNREFUSED, ECONNRESET) and word in e.args[1], e.args
        return
    raise AssertionError("it connected")


# -- clients


@case
def test_nobody_is_verified_when_the_program_says_so():
    n, port = server("stranger")
    s = connect(context(False), port)
    echoes(s)
    echoes(s, play.pattern(5000))
    assert ask("shown", n) == [[HOST, None, None]]
    t = connect(context(False), port, None)
    echoes(t)
    assert ask("shown", n)[-1] == [None, None, None], "an address is no server name"


@case
def test_name_looked_up_is_the_server_name():
    ask("name", HOST, "127.0.0.1")
    n, port = server()
    s = play.new()
    s.settimeout(10)
    s.connect(socket.getaddrinfo(HOST, port)[0][-1])
    s = context().wrap_socket(s)
    echoes(s)
    assert ask("shown", n) == [[HOST, None, None]]


@case
def test_held_back_until_it_is_wrapped():
    # without waiting: one connection, and it is TLS from the start
    n, port = server()
    s = play.new()
    s.setblocking(False)
    fails(EINPROGRESS, s.connect, ("127.0.0.1", port))
    ask("clear")
    s = context().wrap_socket(s, server_hostname=HOST, do_handshake_on_connect=False)
    assert s.write(b"early") in (None, 5)
    until(lambda: s.ioctl(3, 4) == 4)
    s.setblocking(True)
    echoes(s)
    assert ask("count", '"SSL"') == 1 and ask("count", '"TCP"') == 0


@case
def test_ports_that_mean_tls_connect_once():
    n, port = server()
    ask("lead", "10.1.2.3", 8443, port)
    ask("clear")
    s = connect(context(), 8443, host="10.1.2.3")
    echoes(s)
    assert ask("count", '"TCP"') == 0
    ask("lead", "10.1.2.3", 443, play.listener().address[1])
    plain = play.new()
    plain.settimeout(5)
    plain.connect(("10.1.2.3", 443))
    plain.write(b"not TLS after all")
    assert play.listener().accept().recv(17) == b"not TLS after all"


@case
def test_the_same_server_again_is_connected_to_once():
    n, port = server()
    for plain in (1, 0, 0):  # only the first time it is connected to as TCP, and anew as TLS
        ask("clear")
        s = connect(context(), port)
        echoes(s)
        s.close()
        assert ask("count", '"TCP"') == plain
    ask("lead", "127.0.0.1", port, ask("unused"))  # it has gone: the program hears of it when it says TLS
    refused("TLS", context(), port)


@case
def test_too_late():
    s, peer = play.pair()
    peer.arrive(b"plain words")
    assert s.recv(5) == b"plain"
    fails(EINVAL, context(False).wrap_socket, s)


@case
def test_verified_and_stored_only_once():
    n, port = server()
    ask("clear")
    echoes(connect(context(), port))
    first = ask("count", "AT+SYSMFG=2")
    assert first <= 1, first
    ask("clear")
    echoes(connect(context(), port))
    assert ask("count", "AT+SYSMFG=2") == 0, "flash is written only when it differs"
    c = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    c.load_verify_locations(cafile=FOLDER + "ca.pem")
    echoes(connect(c, port))
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.load_verify_locations(cadata=pem("ca.pem").decode())
    echoes(connect(c, port))
    assert ask("count", "AT+SYSMFG=2") == 0


@case
def test_no_certificate_at_all():
    for junk in (b"junk", pem("ca.pem")[30:].replace(b"-----BEGIN", b"")):
        raises(ValueError, context().load_verify_locations, None, junk)
        raises(ValueError, context().load_cert_chain, junk, pem("client.key"))


@case
def test_another_ca():
    refused("not accepted", context(), server("stranger")[1])
    refused("not accepted", context(True, "other.pem"), server("server")[1])
    echoes(connect(context(), server()[1]))


@case
def test_expired():
    refused("not accepted", context(), server("expired")[1])


@case
def test_another_name():
    refused("elsewhere.test was not accepted", context(), server()[1], "elsewhere.test")
    refused(HOST + " was not accepted", context(), server("named")[1])
    c = context()
    c.check_hostname = False
    echoes(connect(c, server("named")[1]))


@case
def test_peers_that_speak_no_tls():
    for kind in ("text", "alert", "close", "reset", "cut"):
        port = ask("garbage", kind)
        refused("", context(False), port)
        refused("not accepted", context(), port)
    port = ask("garbage", "noise")  # it begins: what has passed then was plain
    ask("lead", "10.1.2.4", 443, port)
    refused("", context(False), 443, host="10.1.2.4")
    play.new()
    fails(ECONNREFUSED, connect, context(False), play.unused()[1])
    echoes(connect(context(), server()[1]))


@case
def test_client_certificate():
    n, port = server("server", trust="clients.pem")
    c = context()
    c.load_cert_chain(pem("client.pem"), pem("client.key"))
    echoes(connect(c, port))
    assert ask("shown", n) == [[HOST, None, "device 7"]]
    c = context(False)
    c.load_cert_chain(FOLDER + "client.pem", FOLDER + "client.key")
    echoes(connect(c, port))
    refused("", context(), port)


@case
def test_alpn():
    n, port = server("server", alpn="mqtt http/1.1")
    c = context()
    c.set_alpn_protocols(["h2", "http/1.1"])
    echoes(connect(c, port))
    assert ask("shown", n) == [[HOST, "http/1.1", None]]
    echoes(connect(context(), port))
    assert ask("shown", n)[-1][1] is None


@case
def test_pre_shared_key():
    port = ask("psk", "espat-key")
    c = context(False)
    c.set_psk(b"espat-key", "board")
    s = connect(c, port, None)
    s.write(b"abc\n")
    assert s.read(4) == b"cba\n"
    s.close()
    wrong = context(False)
    wrong.set_psk(b"another-key", "board")
    refused("", wrong, port, None)


@case
def test_older_call():
    n, port = server("server", trust="clients.pem")
    s = play.new()
    s.settimeout(10)
    s.connect(("127.0.0.1", port))
    s = ssl.wrap_socket(s, server_hostname=HOST, cert=pem("client.pem"), key=pem("client.key"),
                        cert_reqs=ssl.CERT_REQUIRED, cadata=pem("ca.pem"))
    echoes(s)


@case
def test_last_link_of_the_table():
    others = [play.pair()[0] for _ in range(4)]
    echoes(connect(context(), server()[1]))
    assert len(others) == 4


@case
def test_nothing_waits_for_a_broken_connection():
    n, port = server()
    s = connect(context(), port)
    echoes(s)
    ask("drop", n)
    assert s.read(1) == b""
    fails(32, s.write, b"x")


# -- asyncio


def run(main):
    async def limited():
        return await asyncio.wait_for(main(), 20)

    try:
        return asyncio.run(limited())
    finally:
        asyncio.new_event_loop()


async def there_and_back(reader, writer):
    for size in (1, 100, 4000):
        text = play.pattern(size)
        writer.write(text)
        await writer.drain()
        assert await reader.readexactly(size) == text
    writer.close()
    await writer.wait_closed()


@case
def test_asyncio_open_connection():
    async def main():
        n, port = server()
        for how in (context(), context(False), tls.CERT_NONE):
            if how == tls.CERT_NONE:  # ssl=True verifies, as MicroPython's own does; the CA lies in the module already
                how = True
            reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=how, server_hostname=HOST)
            play._made.append(writer.s)
            await there_and_back(reader, writer)
        assert ask("shown", n) == [[HOST, None, None]] * 3

    run(main)


@case
def test_asyncio_refuses():
    async def main():
        for port in (server("stranger")[1], server("expired")[1], server("named")[1], ask("garbage", "text")):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context(), server_hostname=HOST)
            play._made.append(writer.s)
            try:
                writer.write(b"x")
                await writer.drain()
                await reader.read(1)
                raise AssertionError("it connected")
            except OSError as e:
                assert e.args[0] in (ECONNREFUSED, ECONNRESET) and HOST in e.args[1], e.args

    run(main)


# -- servers


def device(verify=None):
    c = tls.SSLContext(tls.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(pem("device.pem"), pem("device.key"))
    if verify:
        c.verify_mode = tls.CERT_REQUIRED
        c.load_verify_locations(pem(verify))
    return c


def serve(port):
    s = play.new()
    s.bind(("", port))
    s.listen(2)
    s.settimeout(10)
    return s


@case
def test_server_on_a_port_that_means_tls():
    c = device()
    s = serve(8443)
    peer = play.Peer(ask("dial_tls", 8443, HOST, "ca.pem", "", work=True))
    client, _ = s.accept()
    play._made.append(client)
    client = c.wrap_socket(client, server_side=True)
    peer.send(b"through TLS")
    assert client.read(11) == b"through TLS"
    client.write(b"back")
    assert peer.recv(4) == b"back"
    assert "wrong" == ask("dial_tls", 8443, "elsewhere.test", "ca.pem", "", work=True)
    assert "wrong" == ask("dial_tls", 8443, HOST, "other.pem", "", work=True)


@case
def test_server_on_another_port_by_the_tls_of_the_board():
    c = device()
    s = serve(ask("unused"))
    ask("dial_tls_soon", s.local, HOST, "ca.pem", play.hexed(b"to the board\n"))
    client, _ = s.accept()
    play._made.append(client)
    client = c.wrap_socket(client, server_side=True)
    assert client.readline() == b"to the board\n"
    client.write(b"back\n")
    until(lambda: ask("answers"))
    assert ask("answers")[-1] == "back\n", ask("answers")
    assert s.server.kind == "TCP"  # others may be on their way


def no_tls(context):
    raise ImportError("no module named 'tls'")


@case
def test_server_on_another_port_of_a_board_without_tls_sends_the_first_client_away():
    c = device()
    own, ssl.SSLContext.board = ssl.SSLContext.board, no_tls
    try:
        sent_away(c)
    finally:
        ssl.SSLContext.board = own


def sent_away(c):
    s = serve(ask("unused"))
    handle, _, _ = ask("dial", s.local)
    client, _ = s.accept()
    fails(ECONNRESET, lambda: c.wrap_socket(client, server_side=True))
    assert play.Peer(handle).recv(1) == b""
    peer = play.Peer(ask("dial_tls", s.local, HOST, "ca.pem", "", work=True))
    client, _ = s.accept()
    play._made.append(client)
    client = c.wrap_socket(client, server_side=True)
    peer.send(b"x")
    assert client.read(1) == b"x"


@case
def test_server_that_asks_for_certificates():
    c = device("clients.pem")
    s = serve(8883)
    peer = play.Peer(ask("dial_tls", 8883, HOST, "ca.pem", "client", work=True))
    client, _ = s.accept()
    play._made.append(client)
    client = c.wrap_socket(client, server_side=True)
    peer.send(b"x")
    assert client.read(1) == b"x"
    assert "wrong" == ask("dial_tls", 8883, HOST, "ca.pem", "", work=True)
    s.setblocking(False)
    fails(play.EAGAIN, s.accept)


@case
def test_asyncio_server():
    async def serve(reader, writer):
        text = await reader.readline()
        writer.write(b"<" + text)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def main():
        server = await asyncio.start_server(serve, "0.0.0.0", 8443, ssl=device())
        await asyncio.sleep(0)
        for n in range(3):
            ask("dial_tls_soon", 8443, HOST, "ca.pem", play.hexed(b"line %d\n" % n))
            while not ask("answers")[before + n:]:
                await asyncio.sleep(0.01)
            assert ask("answers")[before + n] == "<line %d\n" % n, ask("answers")
        server.close()
        await server.wait_closed()

    before = len(ask("answers"))
    run(main)
    tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)


# -- the board's own TLS on top


def builtin(name):
    import sys

    path = sys.path[:]
    sys.path[:] = []
    try:
        real = __import__(name)
    finally:
        sys.path[:] = path
    assert real not in (tls, socket)
    return real


@case
def test_tls_of_the_board_itself():
    real = builtin("tls")
    n, port = server()
    c = real.SSLContext(real.PROTOCOL_TLS_CLIENT)
    c.verify_mode = real.CERT_REQUIRED
    c.load_verify_locations(pem("ca.pem"))
    s = play.new()
    s.settimeout(10)
    s.connect(("127.0.0.1", port))
    ask("clear")
    w = c.wrap_socket(s, server_hostname=HOST)
    for size in (1, 100, 4000):
        text = play.pattern(size)
        w.write(text)
        assert w.read(size) == text
    assert ask("shown", n) == [[HOST, None, None]]
    assert ask("count", '"SSL"') == 0
    w.close()
    for bad in ("stranger", "expired", "named"):
        s = play.new()
        s.settimeout(10)
        s.connect(("127.0.0.1", server(bad)[1]))
        try:
            c.wrap_socket(s, server_hostname=HOST)
            if bad == "expired":
                continue  # this build's mbedTLS has no clock
            raise AssertionError("it connected")
        except (OSError, ValueError) as e:
            assert e, bad


@case
def test_tls_of_the_board_with_asyncio():
    real = builtin("tls")
    n, port = server()
    c = real.SSLContext(real.PROTOCOL_TLS_CLIENT)
    c.verify_mode = real.CERT_REQUIRED
    c.load_verify_locations(pem("ca.pem"))

    async def main():
        # what asyncio.open_connection(ssl=context) does
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=c, server_hostname=HOST)
        await there_and_back(reader, writer)

    ask("clear")
    run(main)
    assert ask("count", '"SSL"') == 0
    assert ask("shown", n) == [[HOST, None, None]]


@case
def test_sockets_of_the_board_itself():
    # a socket that is not espat's goes to the TLS that the board has
    real = builtin("socket")
    n, port = server()
    s = real.socket()
    s.connect(real.getaddrinfo("127.0.0.1", port)[0][-1])
    c = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    c.verify_mode = tls.CERT_NONE
    w = c.wrap_socket(s, server_hostname=HOST)
    w.write(b"x")
    assert w.read(1) == b"x"
    w.close()
