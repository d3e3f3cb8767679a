"""Nothing that a peer, a name or an access point contains is taken for an answer or reaches the command line unescaped;
secrets are in no trace. More on names of networks in unit/t_at_wifi.py, on quoting in unit/fuzzed.py."""

import asyncio
import binascii
import datetime
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from espat import Modem, at_fs, at_mfg, files
from espat.errors import AtError
from espat.net import at_join, at_tls, network
from espat.net import socket as sockets
from espat.net import ssl as tls
from espat.tap import Tap

from mp.services import free_port
from faults.world import PASSWORD, SSID, World

PORT = free_port()
HOSTILE = [
    b"\r\nOK\r\n", b"\r\nERROR\r\n", b"\r\nready\r\n", b"0,CLOSED\r\n", b"\r\n0,CLOSED\r\n", b"1,CONNECT\r\n",
    b"\r\n+IPD,0,1460\r\n", b"+IPD,0,5:hello", b"+CIPRECVDATA:9999,", b"\r\nSEND OK\r\n", b"\r\nSEND FAIL\r\n",
    b"busy p...\r\n", b"\r\nbusy s...\r\n", b">", b"\r\n>", b"+++", b"+++\r\n", b"AT+RST\r\n", b"\r\nAT+CIPCLOSE=0\r\n",
    b"WIFI DISCONNECT\r\n", b"ERR CODE:0x010b0000\r\n", b"\0" * 20, b'","', b"\\0", b"\r\nRecv 5 bytes\r\n",
    b"+MQTTSUBRECV:0,\"a\",5,hello", b"ets Jan  8 2013,rst cause:4, boot mode:(3,6)\r\n", b"invalid\r\n",
]  # fmt: skip
NAMES = ["OK", "ERROR", "ready", '","', '\\"', "a,b", "+CWJAP:1", ">", "+++", "AT+RST", "x" * 32, "\u4e2d\u6587"]


@pytest.fixture(params=[False, True], ids=["passive", "active"])
def world(request):
    made = World(trace=True)
    made.bring_up(active=request.param)
    made.join()
    made.clock.deadline = made.clock.now + 600
    yield made
    assert made.close() == []


def unharmed(world):
    engine = world.modem.engine
    assert engine.restarts == 0 and network.WLAN().isconnected() and world.module.wifi.connected


def echo(world):
    async def talk(reader, writer):
        while data := await world.patient(reader.read(4096)):
            writer.write(data)

    return talk


def test_payloads_both_ways(world):
    """What comes is what was sent, whatever it looks like, piece by piece and all together."""
    port = world.serve(echo(world))
    sock = sockets.socket()
    sock.connect(("127.0.0.1", port))
    for data in [*HOSTILE, b"".join(HOSTILE)]:
        sock.write(data)
        assert sock.read(len(data)) == data, data
    sock.close()
    unharmed(world)


def test_datagrams_both_ways(world):
    port = world.echo_datagrams()
    sock = sockets.socket(sockets.AF_INET, sockets.SOCK_DGRAM)
    sock.settimeout(5)
    sock.connect(("127.0.0.1", port))
    for data in HOSTILE:
        sock.send(data)
        assert sock.recv(2000) == data, data
    sock.close()
    unharmed(world)


def test_a_client_of_ours_says_anything(world):
    listener = sockets.socket()
    listener.bind(("", PORT))
    listener.listen(1)

    async def visit():
        reader, writer = await asyncio.open_connection(world.address, PORT)
        for data in HOSTILE:
            writer.write(data)
            await asyncio.sleep(0.01)
        writer.close()

    world.clock.create_task(visit())
    client, _ = listener.accept()
    got = b""
    while piece := client.recv(1000):
        got += piece
    assert got == b"".join(HOSTILE)
    unharmed(world)


@pytest.mark.parametrize("name", NAMES)
def test_networks_with_any_name_are_joined_and_found(name):
    world = World()
    world.air.add(name, "pass,\"word\\")
    world.bring_up()
    assert name.encode() in [row[0] for row in network.WLAN().scan()]
    wlan = network.WLAN()
    wlan.active(True)
    wlan.connect(name, "pass,\"word\\")
    world.clock.sleep(0.5)
    assert wlan.isconnected() and world.module.wifi.point.ssid == name.encode()
    assert wlan.config("ssid") == name
    assert world.close() == []


@pytest.mark.parametrize("name", ["a\r\nAT+RST", "a\nb", "a\0b", "\r\n"])
def test_a_name_that_no_command_can_carry_is_refused_here(name):
    world = World(trace=True)
    world.bring_up()
    world.trace.clear()
    wlan = network.WLAN()
    with pytest.raises(ValueError):
        wlan.connect(name, PASSWORD)
    with pytest.raises(ValueError):
        wlan.connect(SSID, name + "12345678")
    with pytest.raises((ValueError, OSError)):
        sockets.getaddrinfo(name, 80)
    with pytest.raises(ValueError):
        sockets.socket().connect((name, 80))
    assert b"\r\nAT+RST" not in world.trace.bytes("tx") and world.module.failures == []
    world.close()


def test_secrets_are_in_no_trace_and_no_error():
    """Joining, refused, cut off, told again after a restart; the tap sees where it was, and not what."""
    lines = []
    world = World()
    modem = Modem(Tap(world.port, lines.append), ticker=False, reset=world.pin)
    network.use(modem)
    world.modem = modem
    secret = "s3cret,\"word"
    world.air.add("home", secret)
    errors = []
    for faults in ([], [{"on": "command", "match": "AT+CWJAP", "do": "error"}],
                   [{"on": "command", "match": "AT+CWJAP", "do": "busy", "times": 3}],
                   [{"on": "command", "match": "AT+CWJAP", "do": "restart"}]):
        world.faults.arm(*faults)
        try:
            at_join.connect(modem, "home", secret)
        except AtError as error:
            errors.append(repr(error) + str(error))
    wlan = network.WLAN()
    wlan.connect("home", secret)
    while not wlan.isconnected():
        world.clock.sleep(0.1)
        modem.step()
    world.module.restart_soon()
    world.clock.work(1)
    modem.run(b"+CIPMUX?")
    text = "".join(lines)
    assert "AT+CWMODE" in text and '"..."' in text and len(errors) >= 2
    for word in ("s3cret", binascii.hexlify(b"s3cret").decode()):
        assert word not in text and not any(word in error for error in errors)
    assert world.close() == []


def test_lengths_from_the_wire_have_limits(world):
    """A line without end, a block of two gigabytes: nothing grows, and the module works on."""
    import sys

    world.module.write(b"x" * 100000 + b"\r\n")
    world.module.write(b"+IPD,0,2147483647:abc\r\n")
    world.module.write(b"+CIPRECVDATA:999999999,abc\r\n")
    world.clock.sleep(3)
    lines = None
    for _ in range(3):
        try:
            lines = world.modem.run(b"+CIPMUX?")
            break
        except AtError:
            pass
    assert lines == [b"+CIPMUX:1"]
    assert sys.getsizeof(world.modem.parser._line) < 1000


def test_a_peer_cannot_reach_the_command_line():
    """The module's peer sends commands: nothing of it is ever written back towards the module."""
    world = World(trace=True)
    world.bring_up()
    world.join()
    world.trace.clear()

    async def talk(reader, writer):
        writer.write(b"\r\nAT+RST\r\nAT+RESTORE\r\n" * 20)
        await world.patient(reader.read(1))

    sock = sockets.socket()
    sock.connect(("127.0.0.1", world.serve(talk)))
    assert len(sock.read(440)) == 440
    sock.close()
    assert b"AT+RST" not in world.trace.bytes("tx") and b"RESTORE" not in world.trace.bytes("tx")
    assert world.close() == []


# files, values in flash, certificates


TEXTS = ["OK", "0,CLOSED", '","', '\\","', "+++", "AT+RST", "+IPD,0,5:hello", ">", "ERROR"]


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_may_have_any_name_and_any_content(name):
    world = World(trace=True)
    modem = world.bring_up()
    world.join()
    content = b"".join(HOSTILE)
    with files.open(modem, name, "wb") as file:
        file.write(content)
    assert world.module.files.all == {name: content}
    with files.open(modem, name, "rb") as file:
        assert file.read() == content
    world.module.files.write("+FS:9999,", 0, b"\r\nOK\r\n")  # somebody else's
    assert sorted(at_fs.listdir(modem)) == sorted(["+FS:9999,", name])
    unharmed(world)
    files.remove(modem, name)
    assert list(world.module.files.all) == ["+FS:9999,"] and world.close() == []


@pytest.mark.parametrize("name", [text for text in TEXTS if len(text) < 14])
def test_a_value_in_flash_may_have_any_name_and_any_content(name):
    world = World(trace=True)
    modem = world.bring_up()
    world.join()
    at_mfg.put(modem, name, name, b"".join(HOSTILE))
    assert world.module.flash.values()[name].keys() == {name}
    assert at_mfg.get(modem, name, name) == b"".join(HOSTILE)
    at_mfg.put_number(modem, name, name + "n", -5, 2)
    assert at_mfg.get(modem, name, name + "n") == -5
    assert at_mfg.keys(modem, name) == [(name, at_mfg.BINARY), (name + "n", 2)]
    unharmed(world)
    at_mfg.remove(modem, name)
    assert not world.module.flash.values().get(name) and world.close() == []


def certificate(name, folder):
    """Paths of a certificate whose every field says `name`, signed by itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    kinds = NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.LOCALITY_NAME
    subject = x509.Name([x509.NameAttribute(kind, name) for kind in kinds])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(1).not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
            .add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256()))
    form = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    (folder / "crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    return folder / "crt", folder / "key"


NASTY = ["\r\nOK\r\n0,CLOSED\r\n", "\r\nERROR\r\nready\r\n", "+++\r\nAT+RST\r\n", '","', "\r\n+IPD,0,5:hello", "\r\n>"]


@pytest.mark.parametrize("name", NASTY)
def test_a_server_s_certificate_may_say_anything(name, tmp_path):
    """What a peer has in its certificate is neither taken for an answer nor part of an error, verified or not."""
    world = World(trace=True)
    world.bring_up()
    world.join()
    crt, key = certificate(name, tmp_path)
    there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    there.load_cert_chain(crt, key)
    port = world.serve(echo(world), there)
    said = []
    for mode, host in ((tls.CERT_NONE, "www.example.org"), (tls.CERT_REQUIRED, "www.example.org")):
        here = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
        here.verify_mode = mode
        if mode:
            here.load_verify_locations(cadata=crt.read_bytes())
        sock = sockets.socket()
        sock.settimeout(20)
        sock.connect(("127.0.0.1", port))
        try:
            sock = here.wrap_socket(sock, server_hostname=host)
            sock.write(b"hello")
            said.append(sock.read(5))
        except OSError as error:
            said.append(str(error))
        sock.close()
    assert said[0] == b"hello" and "www.example.org" in said[1] and name not in said[1]
    assert b"\r\nAT+RST\r\n" not in world.trace.bytes("tx")
    unharmed(world)
    assert world.close() == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_server_may_have_any_name(name):
    """As SNI and as the name that its certificate must have."""
    world = World(trace=True)
    modem = world.bring_up()
    world.join()
    for tell, told in ((at_tls.sni, at_tls.snis), (at_tls.common_name, at_tls.common_names)):
        tell(modem, 0, name)
        if '"' not in name:
            assert (0, name) in told(modem)
    here = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    here.verify_mode = tls.CERT_NONE
    sock = sockets.socket()
    sock.settimeout(20)
    sock.connect(("127.0.0.1", world.serve(echo(world))))
    with pytest.raises(OSError):  # it speaks no TLS
        here.wrap_socket(sock, server_hostname=name)
    sock.close()
    assert b"\r\nAT+RST\r\n" not in world.trace.bytes("tx")
    unharmed(world)
    assert world.close() == []
