"""Time, ping, mDNS, own addresses; servers, socket options, long sends, passthrough settings (guide 3.1.9, 3.2, 3.3)."""

from calls import Data, bounds, check, refuse, runner, sizes, text
from checks import raises
from espat.errors import AtAnswer, AtRefused
from espat.net import at_passthrough, at_server, at_sntp
from fakeport import FakePort

ASCTIME = (2021, 10, 19, 17, 47, 56, 1)
SNTP = (
    (lambda at: at_sntp.config(at), b"+CIPSNTPCFG?", (b'+CIPSNTPCFG:1,8,"cn.ntp.org.cn","ntp.sjtu.edu.cn",""',),
     (True, 8, ["cn.ntp.org.cn", "ntp.sjtu.edu.cn"])),
    (lambda at: at_sntp.config(at), b"+CIPSNTPCFG?", (b"+CIPSNTPCFG:0,0",), (False, 0, [])),
    (lambda at: at_sntp.config(at), b"+CIPSNTPCFG?", (b"+CIPSNTPCFG:0",), (False, None, [])),
    (lambda at: at_sntp.configure(at, 8, "cn.ntp.org.cn", "ntp.sjtu.edu.cn"),
     b'+CIPSNTPCFG=1,8,"cn.ntp.org.cn","ntp.sjtu.edu.cn"', (), []),
    (lambda at: at_sntp.configure(at, -500, "time.google.com"), b'+CIPSNTPCFG=1,-500,"time.google.com"', (), []),
    (lambda at: at_sntp.configure(at, 1245), b"+CIPSNTPCFG=1,1245", (), []),
    (lambda at: at_sntp.configure(at), b"+CIPSNTPCFG=1", (), []),
    (lambda at: at_sntp.off(at), b"+CIPSNTPCFG=0,0", (), []),
    (lambda at: at_sntp.time(at), b"+CIPSNTPTIME?", b"+CIPSNTPTIME:Tue Oct 19 17:47:56 2021\n\r\nOK\r\n", ASCTIME),
    (lambda at: at_sntp.time(at), b"+CIPSNTPTIME?", (b"+CIPSNTPTIME:Thu Jan  1 00:02:08 1970",), (1970, 1, 1, 0, 2, 8, 3)),
    (lambda at: at_sntp.time(at), b"+CIPSNTPTIME?", (b"+CIPSNTPTIME:Thu Jan 01 00:00:00 1970",), (1970, 1, 1, 0, 0, 0, 3)),
    (lambda at: at_sntp.interval(at), b"+CIPSNTPINTV?", (b"+CIPSNTPINTV:3600",), 3600),
    (lambda at: at_sntp.set_interval(at, 15), b"+CIPSNTPINTV=15", (), []),
    (lambda at: at_sntp.ping(at, "www.baidu.com"), b'+PING="www.baidu.com"', (b"+PING:27",), 27),
    (lambda at: at_sntp.ping(at, "240c::6666"), b'+PING="240c::6666"', (b"+PING:0",), 0),
    (lambda at: at_sntp.ping(at, "192.168.1.1"), b'+PING="192.168.1.1"', (b"+12",), 12),  # ESP8266 NonOS
    (lambda at: at_sntp.mdns(at, "espressif", "_iot", 8080), b'+MDNS=1,"espressif","_iot",8080', (), []),
    (lambda at: at_sntp.mdns(at, "e", "_http", 80, "i", "_tcp", 1, "k", "v"), b'+MDNS=1,"e","_http",80,"i","_tcp",1,"k","v"',
     (), []),
    (lambda at: at_sntp.mdns_off(at), b"+MDNS=0", (), []),
    (lambda at: at_sntp.mdns_found(at),
     b"+MDNS?", (b"+MDNS:1,", b"IF=sta", b"A=10.0.0.7"), [b"+MDNS:1,", b"IF=sta", b"A=10.0.0.7"]),
    (lambda at: at_sntp.addresses(at), b"+CIFSR", (b'+CIFSR:STAIP,"192.168.0.45"', b'+CIFSR:STAMAC,"4c:eb:d6:00:00:22"',
     b'+CIFSR:STAIP6LL,"fe80::1"'), {"STAIP": "192.168.0.45", "STAMAC": "4c:eb:d6:00:00:22", "STAIP6LL": "fe80::1"}),
    (lambda at: at_sntp.addresses(at), b"+CIFSR", (b"192.168.4.1", b"10.0.0.9"), {"APIP": "192.168.4.1", "STAIP": "10.0.0.9"}),
)  # fmt: skip
SERVER = (
    (lambda at: at_server.server(at), b"+CIPSERVER?", (b"+CIPSERVER:0",), [0]),
    (lambda at: at_server.server(at), b"+CIPSERVER?", (b'+CIPSERVER:1,443,"SSL",1',), [1, 443, b"SSL", 1]),
    (lambda at: at_server.listen(at, 80), b"+CIPSERVER=1,80", (), []),
    (lambda at: at_server.listen(at, 443, "SSL", True), b'+CIPSERVER=1,443,"SSL",1', (), []),
    (lambda at: at_server.listen(at, 443, "SSLv6", False, 1), b'+CIPSERVER=1,443,"SSLv6",0,1', (), []),
    (lambda at: at_server.unlisten(at), b"+CIPSERVER=0", (), []),
    (lambda at: at_server.unlisten(at, True), b"+CIPSERVER=0,1", (), []),
    (lambda at: at_server.most(at), b"+CIPSERVERMAXCONN?", (b"+CIPSERVERMAXCONN:5",), 5),
    (lambda at: at_server.set_most(at, 2), b"+CIPSERVERMAXCONN=2", (), []),
    (lambda at: at_server.timeout(at), b"+CIPSTO?", (b"+CIPSTO:180",), 180),
    (lambda at: at_server.set_timeout(at, 7200), b"+CIPSTO=7200", (), []),
    (lambda at: at_server.options(at), b"+CIPTCPOPT?", (b"+CIPTCPOPT:0,-1,0,0,0", b"+CIPTCPOPT:1,5,1,5000,60"),
     [(0, -1, 0, 0, 0), (1, 5, 1, 5000, 60)]),
    (lambda at: at_server.set_options(at, 0, -1, 0, 5000, 60), b"+CIPTCPOPT=0,-1,0,5000,60", (), []),
    (lambda at: at_server.set_options(at, None, 0), b"+CIPTCPOPT=0,,", (), []),
    (lambda at: at_server.set_options(at, None, nodelay=True), b"+CIPTCPOPT=,1,", (), []),
    (lambda at: at_server.set_options(at, 5, send_timeout=5000), b"+CIPTCPOPT=5,,,5000", (), []),
    (lambda at: at_server.set_options(at, None, keep_alive=7200), b"+CIPTCPOPT=,,,7200", (), []),
    (lambda at: at_server.persistent(at), b"+CIPCONNPERSIST?", (b"+CIPCONNPERSIST:0,1,0,",), (0, 1, 0)),
    (lambda at: at_server.set_persistent(at, 0, 1), b"+CIPCONNPERSIST=0,1", (), []),
    (lambda at: at_server.send_buffered(at, b"xyz", 0), b"+CIPSENDBUF=0,3",
     Data(b"xyz", end=b"Recv 3 bytes", prompt=b"7,5\r\n\r\nOK\r\n> "), (7, 5)),
    (lambda at: at_server.send_buffered(at, b"xy"), b"+CIPSENDBUF=2",
     Data(b"xy", end=b"Recv 2 bytes", prompt=b"1,0\r\n\r\nOK\r\n> "), (1, 0)),
)  # fmt: skip
LONG = bytes(range(256)) * 12
REPORTS = (b"+CIPSENDL:1024,2048", b"+CIPSENDL:3072,3072")
LOCAL6 = "240e:3a1:2070:11c0:55ce:4e19:9649:b75"
PASSTHROUGH = (
    (lambda at: at_passthrough.send_long(at, LONG), b"+CIPSENDL=3072", Data(LONG, *REPORTS, end=b"SEND OK"),
     [(1024, 2048), (3072, 3072)]),
    (lambda at: at_passthrough.send_long(at, LONG, 4), b"+CIPSENDL=4,3072", Data(LONG, end=b"SEND OK"), []),
    (lambda at: at_passthrough.send_long(at, b"xy", 0, "10.0.0.2", 99),
     b'+CIPSENDL=0,2,"10.0.0.2",99', Data(b"xy", end=b"SEND OK"), []),
    (lambda at: at_passthrough.send_long(at, LONG, each=lambda pair: None), b"+CIPSENDL=3072",
     Data(LONG, *REPORTS, end=b"SEND OK"), 2),
    (lambda at: at_passthrough.long_config(at), b"+CIPSENDLCFG?", (b"+CIPSENDLCFG:1024,2920",), (1024, 2920)),
    (lambda at: at_passthrough.set_long(at, 100), b"+CIPSENDLCFG=100", (), []),
    (lambda at: at_passthrough.set_long(at, 1 << 20, 2920), b"+CIPSENDLCFG=1048576,2920", (), []),
    (lambda at: at_passthrough.interval(at), b"+TRANSINTVL?", (b"+TRANSINTVL:20",), 20),
    (lambda at: at_passthrough.set_interval(at, 0), b"+TRANSINTVL=0", (), []),
    (lambda at: at_passthrough.reconnect(at), b"+CIPRECONNINTV?", (b"+CIPRECONNINTV:1",), 1),
    (lambda at: at_passthrough.set_reconnect(at, 36000), b"+CIPRECONNINTV=36000", (), []),
    (lambda at: at_passthrough.at_power_up(at, "192.168.6.110", 1002, "TCP"),
     b'+SAVETRANSLINK=1,"192.168.6.110",1002,"TCP"', (), []),
    (lambda at: at_passthrough.at_power_up(at, "www.baidu.com", 443, "SSL", 60), b'+SAVETRANSLINK=1,"www.baidu.com",443,"SSL",60',
     (), []),
    (lambda at: at_passthrough.at_power_up(at, "h", 1), b'+SAVETRANSLINK=1,"h",1', (), []),
    (lambda at: at_passthrough.at_power_up_udp(at, "192.168.6.110", 1002, 1005),
     b'+SAVETRANSLINK=1,"192.168.6.110",1002,"UDP",1005',
     (), []),
    (lambda at: at_passthrough.at_power_up_udp(at, LOCAL6, 8081, 1005, True),
     b'+SAVETRANSLINK=1,"240e:3a1:2070:11c0:55ce:4e19:9649:b75",8081,"UDPv6",1005', (), []),
    (lambda at: at_passthrough.at_power_up_ble(at, 2, 1, 7, 1, 5, "26:a2:11:22:33:88"),
     b'+SAVETRANSLINK=2,2,1,7,1,5,"26:a2:11:22:33:88"', (), []),
    (lambda at: at_passthrough.not_at_power_up(at), b"+SAVETRANSLINK=0", (), []),
)  # fmt: skip
BAD = (
    (lambda at: at_sntp.configure(at, 1500), ValueError),
    (lambda at: at_sntp.configure(at, -1300), ValueError),
    (lambda at: at_sntp.configure(at, 1260), ValueError),
    (lambda at: at_sntp.configure(at, 99), ValueError),
    (lambda at: at_sntp.configure(at, "8"), TypeError),
    (lambda at: at_sntp.configure(at, 0, "a", "b", "c", "d"), ValueError),
    (lambda at: at_sntp.configure(at, 0, ""), ValueError),
    (lambda at: at_sntp.set_interval(at, 14), ValueError),
    (lambda at: at_sntp.set_interval(at, 4294968), ValueError),
    (lambda at: at_sntp.ping(at, ""), ValueError),
    (lambda at: at_sntp.mdns(at, "h", "_s", 0), ValueError),
    (lambda at: at_server.listen(at, 0), ValueError),
    (lambda at: at_server.listen(at, 65536), ValueError),
    (lambda at: at_server.listen(at, 80, "UDP"), ValueError),
    (lambda at: at_server.listen(at, 80, "SSL", 2), ValueError),
    (lambda at: at_server.unlisten(at, 2), ValueError),
    (lambda at: at_server.set_most(at, 0), ValueError),
    (lambda at: at_server.set_timeout(at, 7201), ValueError),
    (lambda at: at_server.set_options(at, 0), ValueError),
    (lambda at: at_server.set_options(at, 0, -2), ValueError),
    (lambda at: at_server.set_options(at, 0, keep_alive=7201), ValueError),
    (lambda at: at_server.set_options(at, 17, 0), ValueError),
    (lambda at: at_server.set_persistent(at), ValueError),
    (lambda at: at_passthrough.send_long(at, b""), ValueError),
    (lambda at: at_passthrough.send_long(at, "text"), TypeError),
    (lambda at: at_passthrough.send_long(at, b"x", 0, "host"), ValueError),
    (lambda at: at_passthrough.send_long(at, b"x", 16), ValueError),
    (lambda at: at_passthrough.set_long(at, 99), ValueError),
    (lambda at: at_passthrough.set_long(at, 100, 2921), ValueError),
    (lambda at: at_passthrough.set_interval(at, 1001), ValueError),
    (lambda at: at_passthrough.set_reconnect(at, 0), ValueError),
    (lambda at: at_passthrough.set_reconnect(at, 36001), ValueError),
    (lambda at: at_passthrough.at_power_up(at, "", 80), ValueError),
    (lambda at: at_passthrough.at_power_up(at, "h" * 65, 80), ValueError),
    (lambda at: at_passthrough.at_power_up(at, "h", 80, "UDP"), ValueError),
    (lambda at: at_passthrough.at_power_up(at, "h", 80, None, 7201), ValueError),
    (lambda at: at_passthrough.at_power_up_ble(at, 3, 1, 1, 1, 1, "26:a2:11:22:33:88"), ValueError),
    (lambda at: at_passthrough.at_power_up_ble(at, 1, 1, 1, 1, 1, "26"), ValueError),
)  # fmt: skip


def test_services():
    check(SNTP)


def test_server():
    check(SERVER)


def test_passthrough_and_long_sends():
    check(PASSTHROUGH)


def test_bounds():
    ble = "26:a2:11:22:33:88"
    bounds((
        (lambda at, v: at_sntp.set_interval(at, v), 15, 4294967),
        (lambda at, v: at_sntp.mdns(at, "h", "_s", v), 1, 65535),
        (lambda at, v: at_server.listen(at, v), 1, 65535),
        (lambda at, v: at_server.listen(at, 1, "SSL", v), 0, 1),
        (lambda at, v: at_server.listen(at, 1, "SSL", 0, v), 0, 255),
        (lambda at, v: at_server.unlisten(at, v), 0, 1),
        (lambda at, v: at_server.set_most(at, v), 1, 16),
        (lambda at, v: at_server.set_timeout(at, v), 0, 7200),
        (lambda at, v: at_server.set_options(at, v, 0), 0, 16),
        (lambda at, v: at_server.set_options(at, 0, v), -1, 65535),
        (lambda at, v: at_server.set_options(at, 0, 0, v), 0, 1),
        (lambda at, v: at_server.set_options(at, 0, 0, 0, v), 0, 0x7FFFFFFF),
        (lambda at, v: at_server.set_options(at, 0, 0, 0, 0, v), 0, 7200),
        (lambda at, v: at_server.set_persistent(at, *[1] * max(0, v)), 1, 2),
        (lambda at, v: at_server.set_persistent(at, v), 0, 16),
        (lambda at, v: at_passthrough.send_long(at, b"x", v), 0, 15),
        (lambda at, v: at_passthrough.send_long(at, b"x", 0, "h", v), 1, 65535),
        (lambda at, v: at_passthrough.set_long(at, v), 100, 1 << 20),
        (lambda at, v: at_passthrough.set_long(at, 100, v), 100, 2920),
        (lambda at, v: at_passthrough.set_interval(at, v), 0, 1000),
        (lambda at, v: at_passthrough.set_reconnect(at, v), 1, 36000),
        (lambda at, v: at_passthrough.at_power_up(at, "h", v), 1, 65535),
        (lambda at, v: at_passthrough.at_power_up(at, "h", 1, "TCP", v), 0, 7200),
        (lambda at, v: at_passthrough.at_power_up_udp(at, "h", v), 1, 65535),
        (lambda at, v: at_passthrough.at_power_up_udp(at, "h", 1, v), 1, 65535),
        (lambda at, v: at_passthrough.at_power_up_ble(at, v, 1, 1, 1, 1, ble), 1, 2),
        (lambda at, v: at_passthrough.at_power_up_ble(at, 1, v, 1, 1, 1, ble), 1, 255),
        (lambda at, v: at_passthrough.at_power_up_ble(at, 1, 1, v, 1, 1, ble), 1, 255),
        (lambda at, v: at_passthrough.at_power_up_ble(at, 1, 1, 1, v, 1, ble), 1, 255),
        (lambda at, v: at_passthrough.at_power_up_ble(at, 1, 1, 1, 1, v, ble), 1, 255),
    ))  # fmt: skip
    sizes((
        (lambda at, t: at_sntp.configure(at, 0, t), 1, 64),
        (lambda at, t: at_sntp.ping(at, t), 1, 64),
        (lambda at, t: at_sntp.mdns(at, t, "_s", 1), 1, 63),
        (lambda at, t: at_sntp.mdns(at, "h", t, 1), 1, 63),
        (lambda at, t: at_passthrough.send_long(at, b"x", 0, t, 1), 1, 64),
        (lambda at, t: at_passthrough.at_power_up(at, t, 1), 1, 64),
        (lambda at, t: at_passthrough.at_power_up_udp(at, t, 1), 1, 64),
        (lambda at, t: at_passthrough.at_power_up_ble(at, 1, 1, 1, 1, 1, t), 17, 17),
    ))  # fmt: skip


def test_bad_parameters():
    refuse(BAD)


def test_a_server_comes_back_after_a_restart_until_it_is_ended():
    port = FakePort((b"AT+CIPSERVER=1,80\r\n", text(())), (b"AT+CIPSERVER=0\r\n", text(())))
    at = runner(port)
    at_server.listen(at, 80)
    assert [k[0] for k in at.kept] == [b"+CIPSERVER=1,80"]
    at_server.unlisten(at)
    assert not at.kept


def test_time_zones_of_minutes_only():
    for zone in (0, 14, -12, 15, 59, -13, -59, 1459, -1230):
        port = FakePort((b"AT+CIPSNTPCFG=1,%d\r\n" % zone, text(())))
        at_sntp.configure(runner(port), zone)
        port.done()


def test_no_answer_to_a_ping():
    port = FakePort((b'AT+PING="h"\r\n', b"+PING:TIMEOUT\r\n\r\nERROR\r\n"))
    raises(AtRefused, at_sntp.ping, runner(port), "h")
    port = FakePort((b'AT+PING="h"\r\n', text((b"+TIME_UPDATED",))))
    raises(AtAnswer, at_sntp.ping, runner(port), "h")


def test_long_send_that_fails():
    for end in (b"SEND FAIL", b"SEND CANCELLED"):
        port = FakePort((b"AT+CIPSENDL=2\r\n", b"\r\nOK\r\n\r\n>"), (b"xy", b"+CIPSENDL:1,2\r\n\r\n" + end + b"\r\n"))
        raises(AtRefused, at_passthrough.send_long, runner(port), b"xy")


def test_progress_of_a_long_send():
    seen = []
    port = FakePort((b"AT+CIPSENDL=3072\r\n", b"\r\nOK\r\n\r\n>"), (LONG, text(REPORTS, b"SEND OK")))
    assert at_passthrough.send_long(runner(port), LONG, each=seen.append) == 2
    assert seen == [(1024, 2048), (3072, 3072)]
