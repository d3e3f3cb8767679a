"""TLS links: certificates, verification, names, ALPN, pre-shared keys; the module as a TLS server."""
import socket
import ssl
import subprocess
import time

import pytest
from mp.services import free_port
from sim.servers import MODULE_PKI, PKI, TcpServer, echo, server_context, until
from sim.talk import Host

FAILED = b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"


@pytest.fixture
def online(joined):
    joined.ok("AT+SYSLOG=1")
    joined.ok(f"AT+SYSTIMESTAMP={int(time.time())}")
    return joined


def start(server, host="127.0.0.1"):
    return f'AT+CIPSTART="SSL","{host}",{server.port}'


@pytest.fixture
def server():
    with TcpServer(echo, server_context("peer_00")) as running:
        yield running


def test_a_link_without_verification(online, server):
    assert online.ask(start(server)) == b"CONNECT\r\n\r\nOK\r\n"
    assert online.ask("AT+CIPSTATE?").startswith(b'+CIPSTATE:0,"SSL","127.0.0.1",%d,' % server.port)
    assert online.send("AT+CIPSEND=4", b"test") == b"\r\nRecv 4 bytes\r\n\r\nSEND OK\r\n"
    assert online.read(b"test\r\n") == b"\r\n+IPD,4:test\r\n"
    assert online.ask("AT+CIPCLOSE") == b"CLOSED\r\n\r\nOK\r\n"
    assert server.shown == [(None, None, None)]  # nothing is said that was not set


def test_much_data_both_ways(online, server):
    data = bytes(range(256)) * 32
    online.ok(start(server))
    online.ok("AT+CIPRECVTYPE=1")
    for _ in range(4):
        online.write(b"AT+CIPSEND=%d\r\n" % len(data))
        online.read(b">")
        online.write(data)
        online.read(b"SEND OK\r\n")
    got = b""
    while len(got) < 4 * len(data):
        online.write(b"AT+CIPRECVDATA=2048\r\n")
        if online.read(b":").endswith(b"+CIPRECVDATA:"):
            size = int(online.read(b",")[:-1])
            got += online.exactly(size)
        online.read(b"\r\n")
        online.silent(0.01)
    assert got == data * 4


def test_the_end_is_seen(online, server):
    online.ok(start(server))
    server.drop()
    assert online.read(b"\r\n") == b"CLOSED\r\n"


def test_nobody_speaks_tls(online):
    with TcpServer(lambda sock: sock.sendall(b"220 hello\r\n")) as plain:
        assert online.ask(start(plain)) == FAILED
    assert online.ask("AT+CIPSTATE?") == b"\r\nOK\r\n"


# verification


@pytest.mark.parametrize(
    ("name", "mode", "ca", "good"),
    [
        ("peer_00", 2, 0, True),
        ("peer_01", 2, 1, True),
        ("peer_00", 2, 1, False),
        ("stranger", 2, 0, False),
        ("stranger", 0, 0, True),
        ("expired", 2, 0, False),
        ("expired", 0, 0, True),
    ],
)
def test_verifying_the_server(online, name, mode, ca, good):
    with TcpServer(echo, server_context(name)) as server:
        online.ok(f"AT+CIPSSLCCONF={mode},0,{ca}")
        assert online.ask(start(server)) == (b"CONNECT\r\n\r\nOK\r\n" if good else FAILED)


def test_verifying_needs_the_time(online, server):
    online.ok("AT+CIPSSLCCONF=2,0,0")
    online.ok("AT+SYSTIMESTAMP=3600")  # 1970
    assert online.ask(start(server)) == FAILED
    online.ok(f"AT+SYSTIMESTAMP={int(time.time())}")
    online.ok(start(server))


def test_common_name(online, server):
    online.ok("AT+CIPSSLCCONF=2")
    online.ok('AT+CIPSSLCCN="other.test"')
    assert online.ask(start(server)) == FAILED
    online.ok('AT+CIPSSLCCN="espressif.test"')
    assert online.ask("AT+CIPSSLCCN?") == b"+CIPSSLCCN:0,espressif.test\r\n\r\nOK\r\n"
    online.ok(start(server))


@pytest.mark.parametrize(("mode", "own", "subject"), [(1, 0, "client_00"), (3, 1, "client_01"), (0, 0, None), (2, 0, None)])
def test_the_servers_wish_for_a_certificate(online, mode, own, subject):
    context = server_context("peer_00", trust=MODULE_PKI / "server_ca.crt")
    with TcpServer(echo, context) as server:
        online.ok(f"AT+CIPSSLCCONF={mode},{own},0")
        assert online.ask(start(server)) == (b"CONNECT\r\n\r\nOK\r\n" if subject else FAILED)
        until(lambda: [shown[2] for shown in server.shown] == ([subject] if subject else []))


def test_a_certificate_written_through_the_module(online):
    """The host brings its own CA and client certificate; PEM and DER both do."""
    with TcpServer(echo, server_context("stranger", trust=PKI / "stranger_ca.crt")) as server:
        online.ok("AT+CIPSSLCCONF=3,0,0")
        assert online.ask(start(server)) == FAILED
        pem = (PKI / "stranger.crt").read_text()
        items = {"client_cert": ssl.PEM_cert_to_DER_cert(pem), "client_key": (PKI / "stranger.key").read_bytes()}
        for space, data in {**items, "client_ca": (PKI / "stranger_ca.crt").read_bytes()}.items():
            assert online.send(f'AT+SYSMFG=2,"{space}","{space}.0",8,{len(data)}', data) == b"\r\nOK\r\n"
        online.ok(start(server))
        until(lambda: server.shown and server.shown[-1][2] == "localhost")


def test_damaged_certificates(online, server):
    online.send('AT+SYSMFG=2,"client_ca","client_ca.0",8,7', b"garbage")
    online.ok("AT+CIPSSLCCONF=2,0,0")
    assert online.ask(start(server)) == FAILED
    assert online.ask("AT") == b"\r\nOK\r\n"


@pytest.mark.parametrize(
    ("space", "mode", "words"),
    [("client_ca", 2, "NO CA FOUND"), ("client_cert", 1, "NO CERT FOUND"), ("client_key", 3, "NO PRVT_KEY FOUND")],
)
def test_items_that_are_not_there(online, space, mode, words):
    online.ok(f'AT+SYSMFG=0,"{space}"')
    assert online.ask(f"AT+CIPSSLCCONF={mode},0,0") == words.encode() + b"\r\n" + FAILED
    online.ok("AT+CIPSSLCCONF=0")
    assert online.ask("AT+CIPSSLCCONF=3,2,0").startswith(b"NO ")  # there are only sets 0 and 1


# settings


def test_names_and_protocols_in_the_hello(online):
    with TcpServer(echo, server_context("peer_00", alpn=["h2", "http/1.1"])) as server:
        online.ok('AT+CIPSSLCSNI="my.espressif.test"')
        online.ok('AT+CIPSSLCALPN=2,"spdy/1","http/1.1"')
        assert online.ask("AT+CIPSSLCSNI?") == b"+CIPSSLCSNI:0,my.espressif.test\r\n\r\nOK\r\n"
        assert online.ask("AT+CIPSSLCALPN?") == b"+CIPSSLCALPN:0,spdy/1,http/1.1\r\n\r\nOK\r\n"
        online.ok(start(server))
        until(lambda: server.shown == [("my.espressif.test", "http/1.1", None)])
        online.ok("AT+CIPSSLCALPN=0")
        assert online.ask("AT+CIPSSLCALPN?") == b"+CIPSSLCALPN:0\r\n\r\nOK\r\n"


def test_settings_of_each_link(online, server):
    online.ok("AT+CIPMUX=1")
    online.ok("AT+CIPSSLCCONF=5,2,0,0")
    online.ok("AT+CIPSSLCCONF=3,0")
    assert online.lines("AT+CIPSSLCCONF?") == [*(f"+CIPSSLCCONF:{n},{0 if n == 3 else 2},0,0" for n in range(5)), "OK"]
    online.ok('AT+CIPSSLCSNI=5,"all"')
    online.ok('AT+CIPSSLCSNI=1,"one"')
    assert online.lines("AT+CIPSSLCSNI?")[:2] == ["+CIPSSLCSNI:0,all", "+CIPSSLCSNI:1,one"]
    online.ok(f'AT+CIPSTART=1,"SSL","127.0.0.1",{server.port}')
    online.ok(f'AT+CIPSTART=4,"SSL","127.0.0.1",{server.port}')
    until(lambda: sorted(name for name, _, _ in server.shown) == ["all", "one"])


def test_what_survives_a_restart(online):
    online.ok("AT+CIPSSLCCONF=2,0,1")
    online.ok('AT+CIPSSLCCN="a"')
    online.ok('AT+CIPSSLCPSK="a","b"')
    online.ok("AT+RST")
    online.read(b"ready\r\n")
    online.read(b"GOT IP\r\n")
    online.ok("ATE0")
    assert online.ask("AT+CIPSSLCCONF?") == b"+CIPSSLCCONF:0,2,0,1\r\n\r\nOK\r\n"
    assert online.ask("AT+CIPSSLCCN?") == b"+CIPSSLCCN:0,\r\n\r\nOK\r\n"
    assert online.ask("AT+CIPSSLCPSK?") == b"+CIPSSLCPSK:0,,\r\n\r\nOK\r\n"
    online.ok("AT+SYSSTORE=0")
    online.ok("AT+CIPSSLCCONF=0")
    online.ok("AT+RST")
    online.read(b"ready\r\n")
    online.ok("ATE0")
    assert b"+CIPSSLCCONF:0,2,0,1\r\n" in online.ask("AT+CIPSSLCCONF?")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("AT+CIPSSLCCONF=4", 0x01070000),
        ("AT+CIPSSLCCONF=0,256", 0x01070001),
        ('AT+CIPSSLCCN="%s"' % ("n" * 65), 0x01040000),
        ('AT+CIPSSLCSNI="%s"' % ("n" * 65), 0x01040000),
        ("AT+CIPSSLCALPN=6", 0x01070000),
        ('AT+CIPSSLCALPN=2,"one"', 0x01060302),
        ('AT+CIPSSLCPSK="%s",""' % ("k" * 33), 0x01040000),
        ('AT+CIPSSLCPSKHEX="70736",""', 0x01040000),
        ('AT+CIPSSLCPSKHEX="7073zz",""', 0x01080000),
        ("AT+CIPSSLCCIPHER=1", 0x01090000),
    ],
)
def test_arguments(online, line, code):
    assert online.ask(line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code


def test_one_cipher_suite(make):
    with Host(make("c6-4.1")) as host:
        host.join()
        context = server_context("peer_00")
        seen = []
        with TcpServer(lambda sock: seen.append(sock.cipher()[0]) or sock.recv(10), context) as server:
            host.ok("AT+CIPSSLCCIPHER=49195")
            assert host.ask("AT+CIPSSLCCIPHER?") == b"+CIPSSLCCIPHER:0,0xC02B\r\n\r\nOK\r\n"
            host.ok(start(server))
            until(lambda: seen)
            assert seen == ["ECDHE-ECDSA-AES128-GCM-SHA256"]
        assert host.ask("AT+CIPSSLCCIPHER=1").endswith(b"ERROR\r\n")


@pytest.fixture
def psk_server(tmp_path):
    """OpenSSL as a server that knows nothing but a pre-shared key."""
    port = free_port()
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-quiet", "-nocert", "-tls1_2"]
    log = tmp_path / "log"
    with open(log, "wb") as file:
        options = {"stdin": subprocess.PIPE, "stdout": file, "stderr": subprocess.STDOUT}
        process = subprocess.Popen([*command, "-psk", "70736b00", "-psk_identity", "myhint"], **options)
    process.port = port
    process.heard = log.read_bytes
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    yield process
    process.kill()
    process.communicate()


def test_pre_shared_key(online, psk_server):
    online.ok('AT+CIPSSLCPSKHEX="70736b00","myhint"')
    assert online.ask("AT+CIPSSLCPSKHEX?") == b"+CIPSSLCPSKHEX:0,70736b00,myhint\r\n\r\nOK\r\n"
    assert online.ask("AT+CIPSSLCPSK?") == b"+CIPSSLCPSK:0,psk\0,myhint\r\n\r\nOK\r\n"
    online.ok(start(psk_server))
    online.send("AT+CIPSEND=6", b"hello\n")
    until(lambda: psk_server.heard().endswith(b"hello\n"))
    psk_server.stdin.write(b"back\n")
    psk_server.stdin.flush()
    assert online.read(b"back\n\r\n") == b"\r\n+IPD,5:back\n\r\n"


def test_wrong_pre_shared_key(online, psk_server):
    online.ok('AT+CIPSSLCPSK="pst","myhint"')
    assert online.ask(start(psk_server)) == FAILED
    online.ok('AT+CIPSSLCPSK="",""')
    assert online.ask(start(psk_server)) == FAILED


def test_firmware_5_tells_why(make):
    with Host(make("5.0")) as host, TcpServer(echo, server_context("stranger")) as server:
        host.join().ok("AT+SYSLOG=1")
        host.ok("AT+CIPSSLCCONF=2,0,0")
        assert host.ask(start(server)) == b"ERR CODE:0x010a0000\r\n+ERRNO:0x8\r\n\r\nERROR\r\n"


def test_old_firmware_sets_the_size_of_a_buffer(make):
    with Host(make("nonos-1.7")) as host, TcpServer(echo, server_context("peer_00")) as server:
        host.join()
        assert host.ask("AT+CIPSSLSIZE=4096") == b"\r\nOK\r\n"
        assert host.ask("AT+CIPSSLSIZE=5000") == b"\r\nERROR\r\n"
        host.ok("AT+CIPSSLCCONF=0")
        host.ok(start(server))


# the module as a server


def connect(sim, port, *, own=None, ca="client_ca_00.crt"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(MODULE_PKI / ca)
    if own:
        context.load_cert_chain(*own)
    address = sim.call(lambda: sim.module.wifi.bind_address)
    sock = context.wrap_socket(socket.create_connection((address, port)))
    sock.settimeout(5)
    return sock


OWN = (MODULE_PKI / "client_cert_00.crt", MODULE_PKI / "client_key_00.key")


def test_tls_server(sim, online):
    port = 8070  # on the module's own address
    online.ok("AT+CIPMUX=1")
    online.ok(f'AT+CIPSERVER=1,{port},"SSL"')
    assert online.ask("AT+CIPSERVER?") == b'+CIPSERVER:1,%d,"SSL",0\r\n\r\nOK\r\n' % port
    with connect(sim, port) as sock:
        assert online.read(b"\r\n") == b"0,CONNECT\r\n"
        online.send("AT+CIPSEND=0,4", b"test")
        assert sock.recv(10) == b"test"
        sock.sendall(b"back")
        assert online.read(b"back\r\n") == b"\r\n+IPD,0,4:back\r\n"
        assert online.ask("AT+CIPCLOSE=0") == b"0,CLOSED\r\n\r\nOK\r\n"
        assert sock.recv(10) == b""  # a proper end: no exception


def test_tls_server_that_wants_certificates(sim, online):
    port = 8070  # on the module's own address
    online.ok("AT+CIPMUX=1")
    online.ok(f'AT+CIPSERVER=1,{port},"SSL",1')
    with connect(sim, port, own=OWN):
        assert online.read(b"\r\n") == b"0,CONNECT\r\n"
    assert online.read(b"\r\n") == b"0,CLOSED\r\n"
    with pytest.raises(OSError):
        with connect(sim, port) as sock:
            sock.recv(1)
            raise OSError("the module hung up without a word")
    assert online.silent(0.1) == b""


def test_tls_server_without_a_certificate(online):
    online.ok("AT+CIPMUX=1")
    online.ok('AT+SYSMFG=0,"server_ca"')
    assert online.ask('AT+CIPSERVER=1,8070,"SSL",1') == b"NO CA FOUND\r\n" + FAILED
    online.ok('AT+SYSMFG=0,"server_cert"')
    assert online.ask('AT+CIPSERVER=1,8070,"SSL"') == b"NO CERT FOUND\r\n" + FAILED
    assert online.ask("AT+CIPSERVER?") == b"+CIPSERVER:0\r\n\r\nOK\r\n"
