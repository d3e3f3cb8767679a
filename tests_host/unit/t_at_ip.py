"""The station's addresses and names: at_ip, at_dns (guide 3.2, 3.3)."""

from calls import bounds, check, refuse, runner, sizes, twins
from checks import raises
from espat.errors import AtAnswer
from espat.net import at_dns, at_ip, at_tcp
from fakeport import FakePort

OK = b"\r\nOK\r\n"
MAC = "18:fe:35:98:d3:7b"
THREE = ("10.57.218.111", "255.255.255.0", "10.57.218.71")
ROWS = (
    (lambda at: at_ip.address(at), b"+CIPSTA?", (b'+CIPSTA:ip:"10.57.218.111"', b'+CIPSTA:gateway:"10.57.218.71"',
     b'+CIPSTA:netmask:"255.255.255.0"'), THREE),
    (lambda at: at_ip.address(at), b"+CIPSTA?", (b'+CIPSTA:ip:"10.57.218.111"', b'+CIPSTA:gateway:"10.57.218.71"',
     b'+CIPSTA:netmask:"255.255.255.0"', b'+CIPSTA:ip6ll,"FE80::260A:C4FF:FE00:1"'), THREE),
    (lambda at: at_ip.address(at), b"+CIPSTA?", (b'log:ip:"1.1.1.1"', b'+CIPSTA:ip6ll:"FE80::1"', b'+CIPSTA:ip6gl:"2001::1"',
     b'+CIPSTA:ip:"10.57.218.111"', b'+CIPSTA:gateway:"10.57.218.71"', b'+CIPSTA:netmask:"255.255.255.0"'), THREE),
    (lambda at: at_ip.address(at), b"+CIPSTA?", (b'+CIPSTA:"10.0.0.2"',), ("10.0.0.2", "", "")),
    (lambda at: at_ip.set_address(at, "192.168.6.100", "192.168.6.1", "255.255.255.0"),
     b'+CIPSTA="192.168.6.100","192.168.6.1","255.255.255.0"', (), []),
    (lambda at: at_ip.set_address(at, "192.168.6.100"), b'+CIPSTA="192.168.6.100"', (), []),
    (lambda at: at_ip.mac(at), b"+CIPSTAMAC?", (b'+CIPSTAMAC:"18:fe:35:98:d3:7b"',), b"18:fe:35:98:d3:7b"),
    (lambda at: at_ip.set_mac(at, MAC), b'+CIPSTAMAC="18:fe:35:98:d3:7b"', (), []),
    (lambda at: at_ip.hostname(at, "h\u00e4user"), b'+CWHOSTNAME="h\xc3\xa4user"', (), []),
    (lambda at: at_ip.get_hostname(at), b"+CWHOSTNAME?", (b"+CWHOSTNAME:espressif",), "espressif"),
    (lambda at: at_ip.get_hostname(at), b"+CWHOSTNAME?", (b"I (9) log", b"+CWHOSTNAME:a:b,c"), "a:b,c"),
    (lambda at: at_ip.dhcp(at, True), b"+CWDHCP=1,1", (), []),
    (lambda at: at_ip.dhcp(at, False, 2), b"+CWDHCP=0,2", (), []),
    (lambda at: at_ip.dhcp(at, True, 7), b"+CWDHCP=1,7", (), []),
    (lambda at: at_ip.gets_address(at), b"+CWDHCP?", b"+CWDHCP:3\r\nOK\r\n", True),
    (lambda at: at_ip.gets_address(at), b"+CWDHCP?", b"+CWDHCP:2\r\nOK\r\n", False),
    (lambda at: at_ip.gets_address(at), b"+CWDHCP?", b"+CWDHCP:1WIFI DISCONNECT\r\n\r\nOK\r\n", True),
    (lambda at: at_ip.ipv6(at, True), b"+CIPV6=1", (), []),
    (lambda at: at_ip.ipv6(at, False), b"+CIPV6=0", (), []),
    (lambda at: at_ip.get_ipv6(at), b"+CIPV6?", (b"+CIPV6:1",), True),
    (lambda at: at_ip.get_ipv6(at), b"+CIPV6?", (b"+CIPV6:0",), False),
    (lambda at: at_dns.servers(at), b"+CIPDNS?", (b'+CIPDNS:0,"208.67.222.222","8.8.8.8"',), ["208.67.222.222", "8.8.8.8"]),
    (lambda at: at_dns.servers(at), b"+CIPDNS?", (b'+CIPDNS:1,"1.1.1.1","8.8.8.8","9.9.9.9"',),
     ["1.1.1.1", "8.8.8.8", "9.9.9.9"]),
    # 1.2: one bare address a line
    (lambda at: at_dns.servers(at), b"+CIPDNS?", b"+CIPDNS:8.8.8.8\r\n+CIPDNS:8.8.4.4\r\nOK\r\n", ["8.8.8.8", "8.8.4.4"]),
    (lambda at: at_dns.servers(at), b"+CIPDNS?", (b"I (5) some, log", b'+CIPDNS:0,"","FE80::1"'), ["FE80::1"]),
    (lambda at: at_dns.servers(at), b"+CIPDNS?", (b"+CIPDNS:0",), []),
    (lambda at: at_dns.servers(at), b"+CIPDNS?", (), []),
    (lambda at: at_dns.set_servers(at), b"+CIPDNS=0", (), []),
    (lambda at: at_dns.set_servers(at, "222.246.129.80", "8.8.8.8"), b'+CIPDNS=1,"222.246.129.80","8.8.8.8"', (), []),
    (lambda at: at_tcp.resolve(at, "iot.example.com"), b'+CIPDOMAIN="iot.example.com"', (b'+CIPDOMAIN:"198.51.100.7"',),
     "198.51.100.7"),
    (lambda at: at_tcp.resolve(at, "broker.example.com"), b'+CIPDOMAIN="broker.example.com"', (b"+CIPDOMAIN:203.0.113.253",),
     "203.0.113.253"),
    (lambda at: at_tcp.resolve(at, "a.b", ms=60000), b'+CIPDOMAIN="a.b",,60000', (b'+CIPDOMAIN:"10.0.0.2"',), "10.0.0.2"),
    (lambda at: at_tcp.resolve(at, "example.com", 3), b'+CIPDOMAIN="example.com",3', (b"a log", b'+CIPDOMAIN:"2001:db8::1"',),
     "2001:db8::1"),
)  # fmt: skip
NONOS = (
    (lambda at: at_ip.address(at), b"+CIPSTA_CUR?", (b'+CIPSTA_CUR:ip:"10.57.218.111"', b'+CIPSTA_CUR:gateway:"10.57.218.71"',
     b'+CIPSTA_CUR:netmask:"255.255.255.0"'), THREE),
    (lambda at: at_ip.set_address(at, "10.0.0.2"), b'+CIPSTA_CUR="10.0.0.2"', (), []),
    (lambda at: at_ip.mac(at), b"+CIPSTAMAC_CUR?", (b'+CIPSTAMAC_CUR:"18:fe:35:98:d3:7b"',), b"18:fe:35:98:d3:7b"),
    (lambda at: at_ip.set_mac(at, MAC), b'+CIPSTAMAC_CUR="18:fe:35:98:d3:7b"', (), []),
    (lambda at: at_ip.dhcp(at, True), b"+CWDHCP_CUR=1,1", (), []),
    (lambda at: at_ip.dhcp(at, True, 2), b"+CWDHCP_CUR=0,1", (), []),
    (lambda at: at_ip.dhcp(at, False, 3), b"+CWDHCP_CUR=2,0", (), []),
    (lambda at: at_ip.gets_address(at), b"+CWDHCP_CUR?", (b"+CWDHCP_CUR:2",), True),
    (lambda at: at_ip.gets_address(at), b"+CWDHCP_CUR?", (b"+CWDHCP_CUR:1",), False),
    (lambda at: at_dns.servers(at), b"+CIPDNS_CUR?", (b"+CIPDNS_CUR:208.67.222.222", b"+CIPDNS_CUR:8.8.8.8"),
     ["208.67.222.222", "8.8.8.8"]),
    (lambda at: at_dns.set_servers(at, "8.8.8.8"), b'+CIPDNS_CUR=1,"8.8.8.8"', (), []),
    (lambda at: at_dns.set_servers(at), b"+CIPDNS_CUR=0", (), []),
)  # fmt: skip


def test_rows():
    check(ROWS)


def test_rows_of_nonos():
    check(NONOS, nonos=b"_CUR")
    check(twins(NONOS), nonos=b"_DEF")


def test_bounds():
    bounds((
        (lambda at, v: at_ip.dhcp(at, True, v), 1, 7),
        (lambda at, v: at_tcp.resolve(at, "a", v), 1, 3),
        (lambda at, v: at_tcp.resolve(at, "a", ms=v), 0, 60000),
    ))  # fmt: skip
    sizes((
        (lambda at, t: at_ip.set_address(at, t), 7, 15),
        (lambda at, t: at_ip.set_mac(at, t), 17, 17),
        (lambda at, t: at_ip.hostname(at, t), 1, 32),
    ))  # fmt: skip


def test_bad_parameters():
    refuse((
        (lambda at: at_ip.set_address(at, "10.0.0.2", "10.0.0.1"), ValueError),
        (lambda at: at_ip.set_address(at, "10.0.0.2", None, "255.0.0.0"), ValueError),
        (lambda at: at_ip.set_address(at, None), TypeError),
        (lambda at: at_ip.hostname(at, "\u00e4" * 17), ValueError),
        (lambda at: at_ip.hostname(at, None), TypeError),
        (lambda at: at_ip.dhcp(at, True, 0), ValueError),
        (lambda at: at_dns.set_servers(at, "1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"), ValueError),
        (lambda at: at_tcp.resolve(at, ""), ValueError),
        (lambda at: at_tcp.resolve(at, "a\r\nb"), ValueError),
    ))  # fmt: skip


def test_nonos_has_no_ethernet():
    port = FakePort()
    raises(ValueError, at_ip.dhcp, runner(port, nonos=b"_CUR"), True, 4)
    assert not port.written


def test_answers_that_cannot_be_read():
    for call, text, answer in (
        (at_ip.address, b"+CIPSTA?", b""),
        (at_ip.mac, b"+CIPSTAMAC?", b""),
        (at_ip.get_hostname, b"+CWHOSTNAME?", b""),
        (at_ip.gets_address, b"+CWDHCP?", b"+CWDHCP:\r\n"),
        (at_ip.get_ipv6, b"+CIPV6?", b""),
        (lambda at: at_tcp.resolve(at, "a"), b'+CIPDOMAIN="a"', b""),
    ):
        port = FakePort((b"AT" + text + b"\r\n", answer + OK))
        raises(AtAnswer, call, runner(port))
