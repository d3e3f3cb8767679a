"""Time and names on the local network: AT+CIPSNTP..., AT+MDNS, against real sockets."""
import contextlib
import re
import socket
import struct
import threading

import pytest
from sim.servers import until
from sim.talk import Host

WHEN = 1634638076  # Tue Oct 19 10:07:56 2021, UTC
MULTICAST = ("224.0.0.251", 5353)


class TimeServer:
    """Answers SNTP requests with `now`; `good`: False makes it silent."""

    def __init__(self, now=WHEN):
        self.now = now
        self.good = True
        self.requests = []

    def __enter__(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.address = self.sock.getsockname()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def _run(self):
        while True:
            data, source = self.sock.recvfrom(512)
            if data == b"end":
                return
            self.requests.append(data)
            if self.good:
                self.sock.sendto(b"\x24\x02" + bytes(38) + struct.pack("!II", self.now + 2208988800, 0x80000000), source)

    def __exit__(self, *_):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"end", self.address)
        self.thread.join()
        self.sock.close()


@pytest.fixture
def clock(air):
    with TimeServer() as server:
        air.names["pool.ntp.org"] = air.names["cn.ntp.org.cn"] = "10.0.0.1"
        air.routes["10.0.0.1", 123] = server.address
        yield server


def test_before_and_after(joined, clock):
    assert joined.ask("AT+CIPSNTPCFG?") == b"+CIPSNTPCFG:0,0\r\n\r\nOK\r\n"
    assert joined.ask("AT+CIPSNTPTIME?").startswith(b"+CIPSNTPTIME:Thu Jan  1 00:00:")
    assert joined.ask('AT+CIPSNTPCFG=1,8,"pool.ntp.org"') == b"\r\nOK\r\n"
    assert joined.read(b"\r\n") == b"+TIME_UPDATED\r\n"
    assert re.fullmatch(rb"\+CIPSNTPTIME:Tue Oct 19 18:0[78]:\d\d 2021\n\r\nOK\r\n", joined.ask("AT+CIPSNTPTIME?"))
    assert joined.ask("AT+CIPSNTPCFG?") == b'+CIPSNTPCFG:1,8,"pool.ntp.org"\r\n\r\nOK\r\n'
    assert int(joined.ask("AT+SYSTIMESTAMP?").split(b":")[1].split(b"\r")[0]) in range(WHEN, WHEN + 5)
    assert clock.requests[0][0] & 7 == 3 and len(clock.requests[0]) == 48


@pytest.mark.parametrize(
    ("zone", "shown", "text"),
    [
        ("-5", -5, "05:07"), ("800", 8, "18:07"), ("-500", -5, "05:07"), ("1245", 12, "22:52"), ("530", 5, "15:37"),
        ("015", 0, "10:22"), ("14", 14, "00:07"), ("-12", -12, "22:07"), ("-1230", -12, "21:37"),
    ],
)  # fmt: skip
def test_time_zones(joined, clock, zone, shown, text):
    joined.ok(f'AT+CIPSNTPCFG=1,{zone},"pool.ntp.org"')
    joined.read(b"+TIME_UPDATED\r\n")
    assert text.encode() in joined.ask("AT+CIPSNTPTIME?")
    assert joined.ask("AT+CIPSNTPCFG?").startswith(b"+CIPSNTPCFG:1,%d," % shown)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("AT+CIPSNTPCFG=1,1460", 0x01070001),
        ("AT+CIPSNTPCFG=1,1260,1", 0x01070001),
        ("AT+CIPSNTPCFG=1,-1300", 0x01070001),
        ("AT+CIPSNTPCFG=1", 0x01060201),
        ("AT+CIPSNTPCFG=2,0", 0x01070000),
        ('AT+CIPSNTPCFG=1,0,"%s"' % ("s" * 65), 0x01040002),
        ('AT+CIPSNTPCFG=1,0,"a","b","c","d"', 0x01060506),
        ("AT+CIPSNTPINTV=14", 0x01070000),
        ("AT+CIPSNTPINTV=4294968", 0x01070000),
        ("AT+CIPSNTPTIME", 0x010C0000),
    ],
)
def test_arguments(joined, line, code):
    joined.ok("AT+SYSLOG=1")
    assert joined.ask(line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code


def test_default_servers(joined, clock):
    joined.ok("AT+CIPSNTPCFG=1,0")
    assert joined.ask("AT+CIPSNTPCFG?") in [
        head + b'+CIPSNTPCFG:1,0,"cn.ntp.org.cn","ntp.sjtu.edu.cn","us.pool.ntp.org"\r\n\r\nOK\r\n'
        for head in (b"", b"+TIME_UPDATED\r\n")
    ]
    until(lambda: clock.requests)


def test_the_second_server_when_the_first_is_silent(sim, joined, clock, air):
    air.names["deaf.test"] = "10.0.0.2"
    with TimeServer() as deaf:
        deaf.good = False
        air.routes["10.0.0.2", 123] = deaf.address
        sim.module.sntp.patience = 0.2
        joined.ok('AT+CIPSNTPCFG=1,0,"deaf.test","pool.ntp.org"')
        assert joined.read(b"\r\n") == b"+TIME_UPDATED\r\n"
        assert len(deaf.requests) == 1


def test_wrong_answers_are_no_answers(sim, joined, air):
    """A kiss of death (stratum 0), a client's packet, a short one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)
        air.names["odd.test"] = "10.0.0.3"
        air.routes["10.0.0.3", 123] = sock.getsockname()
        joined.ok('AT+CIPSNTPCFG=1,0,"odd.test"')
        _, source = sock.recvfrom(100)
        for head in (b"\x24\x00", b"\x23\x02"):
            sock.sendto(head + bytes(46), source)
        sock.sendto(b"\x24\x02", source)
        assert joined.silent(0.2) == b""
        sock.sendto(b"\x24\x02" + bytes(38) + struct.pack("!II", WHEN + 2208988800, 0), source)
        assert joined.read(b"\r\n") == b"+TIME_UPDATED\r\n"


def test_it_waits_for_the_network(host, clock):
    host.ok("ATE0")
    host.ok('AT+CIPSNTPCFG=1,0,"pool.ntp.org"')
    assert host.silent(0.1) == b"" and not clock.requests
    host.ok("AT+CWMODE=1")
    host.ok('AT+CWJAP="espressif","1234567890"')
    assert host.read(b"\r\n") == b"+TIME_UPDATED\r\n"


def test_interval(sim, joined, clock):
    """Asked again after the interval, but the host hears of the first time only."""
    assert joined.ask("AT+CIPSNTPINTV?") == b"+CIPSNTPINTV:3600\r\n\r\nOK\r\n"
    joined.ok("AT+CIPSNTPINTV=15")
    assert joined.ask("AT+CIPSNTPINTV?") == b"+CIPSNTPINTV:15\r\n\r\nOK\r\n"
    sim.module.sntp.interval = 0.1
    joined.ok('AT+CIPSNTPCFG=1,0,"pool.ntp.org"')
    until(lambda: len(clock.requests) >= 3)
    assert joined.silent(0.1) == b"+TIME_UPDATED\r\n"


def test_time_survives_a_restart_but_the_setting_does_not(joined, clock):
    joined.ok('AT+CIPSNTPCFG=1,0,"pool.ntp.org"')
    joined.read(b"+TIME_UPDATED\r\n")
    joined.ok("AT+RST")
    joined.read(b"GOT IP\r\n")
    joined.ok("ATE0")
    assert joined.ask("AT+CIPSNTPCFG?") == b"+CIPSNTPCFG:0,0\r\n\r\nOK\r\n"
    assert b" 2021\n" in joined.ask("AT+CIPSNTPTIME?")


def test_old_firmware(make, clock):
    with Host(make("nonos-1.7")) as host:
        host.join()
        assert host.ask("AT+CIPSNTPCFG?") == b"+CIPSNTPCFG:0\r\n\r\nOK\r\n"
        assert re.fullmatch(rb"\+CIPSNTPTIME:Thu Jan 01 00:0\d:\d\d 1970\r\nOK\r\n", host.ask("AT+CIPSNTPTIME?"))


# mDNS


def ask_mdns(name, kind, number=0x1234):
    """One question by multicast from an ordinary socket; the answer, b"" if none comes."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        sock.settimeout(0.5)
        question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
        sock.sendto(struct.pack("!HHHHHH", number, 0, 1, 0, 0, 0) + question + struct.pack("!HH", kind, 1), MULTICAST)
        try:
            return sock.recv(1500)
        except socket.timeout:
            return b""


def test_mdns(sim, joined):
    name, kind = f"espressif-{sim.address[1]}", f"_t{sim.address[1]}"  # other tests may be on this machine's multicast
    assert ask_mdns(f"{name}.local", 1) == b""
    assert joined.ask(f'AT+MDNS=1,"{name}","{kind}",8080') == b"\r\nOK\r\n"
    answer = ask_mdns(f"{name}.local", 1)
    assert answer[:8] == struct.pack("!HHHH", 0x1234, 0x8400, 1, 1)
    assert socket.inet_aton(sim.call(lambda: sim.module.wifi.bind_address)) in answer
    assert name.encode() in ask_mdns(f"{kind}._tcp.local", 12)
    assert struct.pack("!HHH", 0, 0, 8080) in ask_mdns(f"{name}.{kind}._tcp.local", 33)
    assert ask_mdns("other.local", 1) == b""
    joined.ok("AT+MDNS=0")
    assert ask_mdns(f"{name}.local", 1) == b""


def test_mdns_is_understood_by_zeroconf(sim, joined):
    """A resolver that others have written finds name, service, port and address."""
    zeroconf = pytest.importorskip("zeroconf", reason="zeroconf is not installed")
    name, kind = f"zero-{sim.address[1]}", f"_z{sim.address[1]}._tcp.local."
    joined.ok(f'AT+MDNS=1,"{name}","{kind.split(".")[0]}",8080')
    with contextlib.closing(zeroconf.Zeroconf(interfaces=["127.0.0.1"])) as resolver:
        found = []
        browser = zeroconf.ServiceBrowser(resolver, kind, handlers=[lambda **event: found.append(event["name"])])
        until(lambda: found, 10)
        browser.cancel()
        info = resolver.get_service_info(kind, found[0], timeout=10000)
    assert found[0] == f"{name}.{kind}" and info.server == f"{name}.local." and info.port == 8080
    assert info.parsed_addresses() == [sim.call(lambda: sim.module.wifi.bind_address)]


def test_mdns_name_in_the_air(make, air):
    with Host(make()) as one, Host(make()) as other:
        one.join()
        other.join()
        one.ok('AT+MDNS=1,"finder","_http",80')
        assert other.ask('AT+CIPDOMAIN="finder.local"').startswith(b'+CIPDOMAIN:"127.')
        one.ok("AT+RST")
        one.read(b"ready\r\n")
        assert other.ask('AT+CIPDOMAIN="finder.local"').endswith(b"ERROR\r\n")


@pytest.mark.parametrize("line", ['AT+MDNS=1,"x","_iot"', 'AT+MDNS=1,"x","_iot",0', 'AT+MDNS=2', 'AT+MDNS=1,"","_iot",80'])
def test_mdns_refusals(joined, line):
    assert joined.ask(line) == b"\r\nERROR\r\n"


def test_mdns_needs_wifi(host):
    host.ok("ATE0")
    assert host.ask('AT+MDNS=1,"x","_iot",80') == b"\r\nERROR\r\n"
