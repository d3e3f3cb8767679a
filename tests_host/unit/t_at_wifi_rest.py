"""The station's rarer settings, SoftAP, provisioning, the web page, Ethernet (guide 3.2, 3.10, 3.12)."""

from calls import bounds, check, refuse, secret, sizes, twins
from espat.net import at_eth, at_prov, at_softap, at_station, at_webserver

STATION = (
    (lambda at: at_station.driver(at), b"+CWINIT?", (b"+CWINIT:1",), True),
    (lambda at: at_station.set_driver(at, False), b"+CWINIT=0", (), []),
    (lambda at: at_station.auto_connect(at), b"+CWAUTOCONN?", b"+CWAUTOCONN:0\r\nOK\r\n", False),
    (lambda at: at_station.set_auto_connect(at, True), b"+CWAUTOCONN=1", (), []),
    (lambda at: at_station.protocols(at), b"+CWSTAPROTO?", b"+CWSTAPROTO:7\r\nOK\r\n", (7,)),
    (lambda at: at_station.protocols(at), b"+CWSTAPROTO?", b"+CWSTAPROTO:7,12\r\nOK\r\n", (7, 12)),
    (lambda at: at_station.set_protocols(at, 15), b"+CWSTAPROTO=15", (), []),
    (lambda at: at_station.set_protocols(at, 7, 3), b"+CWSTAPROTO=7,3", (), []),
    (lambda at: at_station.country(at), b"+CWCOUNTRY?", (b'+CWCOUNTRY:1,"CN",1,13',), [1, b"CN", 1, 13]),
    (lambda at: at_station.set_country(at, True, "CN"), b'+CWCOUNTRY=1,"CN",1,13', (), []),
    (lambda at: at_station.set_country(at, False, "DE", 1, 11, 255), b'+CWCOUNTRY=0,"DE",1,11,255', (), []),
    (lambda at: at_station.enterprise(at), b"+CWJEAP?", (b'+CWJEAP:"net",1,"id","user","pass",3',),
     [b"net", 1, b"id", b"user", b"pass", 3]),
    (lambda at: at_station.connect_enterprise(at, "dlink11111", 0, "example@espressif.com", security=3),
     b'+CWJEAP="dlink11111",0,"example@espressif.com",,,3', (), []),
    (lambda at: at_station.connect_enterprise(at, "dlink11111", 1, "example@espressif.com", "espressif", "test11", 0, 600),
     b'+CWJEAP="dlink11111",1,"example@espressif.com","espressif","test11",0,600', (), []),
    (lambda at: at_station.config(at), b"+CWCONFIG?", (b"+CWCONFIG:1,2,3",), (1, 2, 3)),
    (lambda at: at_station.set_config(at, None, 5), b"+CWCONFIG=,5", (), []),
    (lambda at: at_station.bandwidths(at), b"+CWBANDWIDTH?", (b"+CWBANDWIDTH:0,1", b"+CWBANDWIDTH:1,2"), [[0, 1], [1, 2]]),
    (lambda at: at_station.set_bandwidth(at, 0, 2), b"+CWBANDWIDTH=0,2", (), []),
    (lambda at: at_station.band(at), b"+CWBANDMODE?", (b"+CWBANDMODE:3",), 3),
    (lambda at: at_station.set_band(at, 1), b"+CWBANDMODE=1", (), []),
)  # fmt: skip
STATION_NONOS = (
    (lambda at: at_station.country(at), b"+CWCOUNTRY_CUR?", (b'+CWCOUNTRY_CUR:0,"ESP",1,13',), [0, b"ESP", 1, 13]),
    (lambda at: at_station.set_country(at, False, "ESP"), b'+CWCOUNTRY_CUR=0,"ESP",1,13', (), []),
)  # fmt: skip
IPS = {"ip": "192.168.4.1", "gateway": "192.168.4.1", "netmask": "255.255.255.0"}
SOFTAP = (
    (lambda at: at_softap.config(at), b"+CWSAP?", (b'+CWSAP:"ESP","1234567890",5,3,10,0',),
     [b"ESP", b"1234567890", 5, 3, 10, 0]),
    (lambda at: at_softap.config(at), b"+CWSAP?", (b'+CWSAP:"a "b", c","",1,0,4,1',), [b'a "b", c', b"", 1, 0, 4, 1]),
    (lambda at: at_softap.configure(at, "ESP", "1234567890", 5), b'+CWSAP="ESP","1234567890",5,3', (), []),
    (lambda at: at_softap.configure(at, "ESP"), b'+CWSAP="ESP","",1,0', (), []),
    (lambda at: at_softap.configure(at, 'a,"b', "12345678", 13, 4, 2, True), b'+CWSAP="a\\,\\"b","12345678",13,4,2,1', (), []),
    (lambda at: at_softap.stations(at), b"+CWLIF",
     (b"+CWLIF:192.168.4.2,3e:22:fb:aa:bb:cc", b"+CWLIF:192.168.4.3,00:11:22:33:44:55"),
     [("192.168.4.2", "3e:22:fb:aa:bb:cc"), ("192.168.4.3", "00:11:22:33:44:55")]),
    (lambda at: at_softap.stations(at), b"+CWLIF", (b"192.168.4.2,3e:22:fb:aa:bb:cc",), [("192.168.4.2", "3e:22:fb:aa:bb:cc")]),
    (lambda at: at_softap.stations(at), b"+CWLIF", (), []),
    (lambda at: at_softap.disconnect(at), b"+CWQIF", (), []),
    (lambda at: at_softap.disconnect(at, "3e:22:fb:aa:bb:cc"), b'+CWQIF="3e:22:fb:aa:bb:cc"', (), []),
    (lambda at: at_softap.pool(at), b"+CWDHCPS?", b"+CWDHCPS:120,192.168.4.2,192.168.4.101\r\nOK\r\n",
     (120, "192.168.4.2", "192.168.4.101")),
    (lambda at: at_softap.set_pool(at, 3, "192.168.4.10", "192.168.4.15"),
     b'+CWDHCPS=1,3,"192.168.4.10","192.168.4.15"', (), []),
    (lambda at: at_softap.reset_pool(at), b"+CWDHCPS=0", (), []),
    (lambda at: at_softap.mac(at), b"+CIPAPMAC?", (b'+CIPAPMAC:"18:fe:35:98:d3:7b"',), "18:fe:35:98:d3:7b"),
    (lambda at: at_softap.set_mac(at, "18:fe:35:98:d3:7b"), b'+CIPAPMAC="18:fe:35:98:d3:7b"', (), []),
    (lambda at: at_softap.address(at), b"+CIPAP?", (b'+CIPAP:ip:"192.168.4.1"', b'+CIPAP:gateway:"192.168.4.1"',
     b'+CIPAP:netmask:"255.255.255.0"'), IPS),
    (lambda at: at_softap.set_address(at, "192.168.5.1", "192.168.5.1", "255.255.255.0"),
     b'+CIPAP="192.168.5.1","192.168.5.1","255.255.255.0"', (), []),
    (lambda at: at_softap.set_address(at, "192.168.5.1"), b'+CIPAP="192.168.5.1"', (), []),
    (lambda at: at_softap.protocols(at), b"+CWAPPROTO?", b"+CWAPPROTO:7\r\nOK\r\n", (7,)),
    (lambda at: at_softap.set_protocols(at, 3), b"+CWAPPROTO=3", (), []),
)  # fmt: skip
SOFTAP_NONOS = (
    (lambda at: at_softap.config(at), b"+CWSAP_CUR?", (b'+CWSAP_CUR:"ESP_000001","",1,0,4,0',), [b"ESP_000001", b"", 1, 0, 4, 0]),
    (lambda at: at_softap.configure(at, "ESP"), b'+CWSAP_CUR="ESP","",1,0', (), []),
    (lambda at: at_softap.pool(at), b"+CWDHCPS_CUR?", (b"+CWDHCPS_CUR:120,192.168.4.2,192.168.4.101",),
     (120, "192.168.4.2", "192.168.4.101")),
    (lambda at: at_softap.set_pool(at, 3, "10.0.0.2", "10.0.0.9"), b'+CWDHCPS_CUR=1,3,"10.0.0.2","10.0.0.9"', (), []),
    (lambda at: at_softap.reset_pool(at), b"+CWDHCPS_CUR=0", (), []),
    (lambda at: at_softap.mac(at), b"+CIPAPMAC_CUR?", (b'+CIPAPMAC_CUR:"1a:fe:34:00:00:01"',), "1a:fe:34:00:00:01"),
    (lambda at: at_softap.set_mac(at, "1a:fe:34:00:00:01"), b'+CIPAPMAC_CUR="1a:fe:34:00:00:01"', (), []),
    (lambda at: at_softap.address(at), b"+CIPAP_CUR?", (b'+CIPAP_CUR:ip:"192.168.4.1"', b'+CIPAP_CUR:gateway:"192.168.4.1"',
     b'+CIPAP_CUR:netmask:"255.255.255.0"'), IPS),
    (lambda at: at_softap.set_address(at, "192.168.5.1"), b'+CIPAP_CUR="192.168.5.1"', (), []),
)  # fmt: skip
KEY = "0123456789abcdef"
OTHERS = (
    (lambda at: at_prov.smartconfig(at), b"+CWSTARTSMART", (), []),
    (lambda at: at_prov.smartconfig(at, 1), b"+CWSTARTSMART=1", (), []),
    (lambda at: at_prov.smartconfig(at, 4, 3, KEY), b'+CWSTARTSMART=4,3,"0123456789abcdef"', (), []),
    (lambda at: at_prov.smartconfig(at, 4, None, KEY), b'+CWSTARTSMART=4,,"0123456789abcdef"', (), []),
    (lambda at: at_prov.smartconfig_off(at), b"+CWSTOPSMART", (), []),
    (lambda at: at_prov.wps(at), b"+WPS=1", (), []),
    (lambda at: at_prov.wps(at, 7), b"+WPS=1,7", (), []),
    (lambda at: at_prov.wps_off(at), b"+WPS=0", (), []),
    (lambda at: at_webserver.start(at, 80, 50), b"+WEBSERVER=1,80,50", (), []),
    (lambda at: at_webserver.stop(at), b"+WEBSERVER=0", (), []),
    (lambda at: at_eth.mac(at), b"+CIPETHMAC?", (b'+CIPETHMAC:"1a:fe:35:98:d4:7b"',), "1a:fe:35:98:d4:7b"),
    (lambda at: at_eth.set_mac(at, "1a:fe:35:98:d4:7b"), b'+CIPETHMAC="1a:fe:35:98:d4:7b"', (), []),
    (lambda at: at_eth.address(at), b"+CIPETH?", (b'+CIPETH:ip:"192.168.2.2"', b'+CIPETH:gateway:"192.168.2.1"',
     b'+CIPETH:netmask:"255.255.255.0"', b'+CIPETH:ip6ll:"FE80::1"'),
     {"ip": "192.168.2.2", "gateway": "192.168.2.1", "netmask": "255.255.255.0", "ip6ll": "FE80::1"}),
    (lambda at: at_eth.set_address(at, "192.168.6.100", "192.168.6.1", "255.255.255.0"),
     b'+CIPETH="192.168.6.100","192.168.6.1","255.255.255.0"', (), []),
)  # fmt: skip
BAD = (
    (lambda at: at_station.set_driver(at, 2), ValueError),
    (lambda at: at_station.set_auto_connect(at, None), TypeError),
    (lambda at: at_station.set_protocols(at, 0), ValueError),
    (lambda at: at_station.set_country(at, True, ""), ValueError),
    (lambda at: at_station.set_country(at, True, "LONG"), ValueError),
    (lambda at: at_station.set_country(at, True, "DE", 0), ValueError),
    (lambda at: at_station.set_country(at, True, "DE", 15), ValueError),
    (lambda at: at_station.connect_enterprise(at, "net", 3), ValueError),
    (lambda at: at_station.connect_enterprise(at, "n" * 33, 0), ValueError),
    (lambda at: at_station.connect_enterprise(at, "net", 1, "id"), TypeError),
    (lambda at: at_station.connect_enterprise(at, "net", 1, "id", "u" * 33, "p"), ValueError),
    (lambda at: at_station.connect_enterprise(at, "net", 0, "id", security=4), ValueError),
    (lambda at: at_station.connect_enterprise(at, "net", 0, "id", seconds=2), ValueError),
    (lambda at: at_station.connect_enterprise(at, "net", 0, "id", seconds=601), ValueError),
    (lambda at: at_station.set_config(at), ValueError),
    (lambda at: at_station.set_bandwidth(at), ValueError),
    (lambda at: at_station.set_band(at, 4), ValueError),
    (lambda at: at_softap.configure(at, ""), ValueError),
    (lambda at: at_softap.configure(at, "s" * 33), ValueError),
    (lambda at: at_softap.configure(at, "s", "short"), ValueError),
    (lambda at: at_softap.configure(at, "s", "p" * 64), ValueError),
    (lambda at: at_softap.configure(at, "s", "12345678", 15), ValueError),
    (lambda at: at_softap.configure(at, "s", "12345678", 1, 1), ValueError),
    (lambda at: at_softap.configure(at, "s", "12345678", 1, 5), ValueError),
    (lambda at: at_softap.configure(at, "s", most=0), ValueError),
    (lambda at: at_softap.disconnect(at, "3e:22"), ValueError),
    (lambda at: at_softap.set_pool(at, 0, "10.0.0.1", "10.0.0.2"), ValueError),
    (lambda at: at_softap.set_pool(at, 2881, "10.0.0.1", "10.0.0.2"), ValueError),
    (lambda at: at_softap.set_pool(at, 1, "10", "10.0.0.2"), ValueError),
    (lambda at: at_softap.set_mac(at, ""), ValueError),
    (lambda at: at_softap.set_address(at, "10.0.0.1", "10.0.0.1"), ValueError),
    (lambda at: at_softap.set_address(at, None), TypeError),
    (lambda at: at_softap.set_protocols(at, 256), ValueError),
    (lambda at: at_prov.smartconfig(at, 5), ValueError),
    (lambda at: at_prov.smartconfig(at, 1, 8), ValueError),
    (lambda at: at_prov.smartconfig(at, 4, 0, "short"), ValueError),
    (lambda at: at_prov.smartconfig(at, 1, 0, KEY), ValueError),
    (lambda at: at_prov.smartconfig(at, None, 3), ValueError),
    (lambda at: at_prov.wps(at, 8), ValueError),
    (lambda at: at_webserver.start(at, 0), ValueError),
    (lambda at: at_webserver.start(at, 80, 20), ValueError),
    (lambda at: at_webserver.start(at, 80, 61), ValueError),
    (lambda at: at_eth.set_mac(at, "x"), ValueError),
    (lambda at: at_eth.set_address(at, "10.0.0.1", None, "255.0.0.0"), ValueError),
)  # fmt: skip


def test_station():
    check(STATION)


def test_station_of_nonos():
    check(STATION_NONOS, nonos=b"_CUR")
    check(twins(STATION_NONOS), nonos=b"_DEF")


def test_softap():
    check(SOFTAP)


def test_softap_of_nonos():
    check(SOFTAP_NONOS, nonos=b"_CUR")
    check(twins(SOFTAP_NONOS), nonos=b"_DEF")


def test_provisioning_web_page_and_ethernet():
    check(OTHERS)


def test_bounds():
    bounds((
        (lambda at, v: at_station.set_driver(at, v), 0, 1),
        (lambda at, v: at_station.set_auto_connect(at, v), 0, 1),
        (lambda at, v: at_station.set_protocols(at, v), 1, 255),
        (lambda at, v: at_station.set_protocols(at, 1, v), 1, 255),
        (lambda at, v: at_station.set_country(at, v, "DE"), 0, 1),
        (lambda at, v: at_station.set_country(at, 0, "DE", v), 1, 14),
        (lambda at, v: at_station.set_country(at, 0, "DE", 1, v), 1, 14),
        (lambda at, v: at_station.set_country(at, 0, "DE", 1, 1, v), 0, 0x7FFFFFFF),
        (lambda at, v: at_station.connect_enterprise(at, "s", v, "i", "u", "p"), 0, 2),
        (lambda at, v: at_station.connect_enterprise(at, "s", 0, security=v), 0, 3),
        (lambda at, v: at_station.connect_enterprise(at, "s", 0, seconds=v), 3, 600),
        (lambda at, v: at_station.set_config(at, *[1] * max(0, v)), 1, 3),
        (lambda at, v: at_station.set_config(at, v), -1, 0x7FFFFFFF),
        (lambda at, v: at_station.set_bandwidth(at, *[1] * max(0, v)), 1, 4),
        (lambda at, v: at_station.set_bandwidth(at, v), 0, 255),
        (lambda at, v: at_station.set_band(at, v), 1, 3),
        (lambda at, v: at_softap.configure(at, "s", "12345678", v), 1, 14),
        (lambda at, v: at_softap.configure(at, "s", "12345678", 1, v), 2, 4),
        (lambda at, v: at_softap.configure(at, "s", "", 1, v), 0, 0),
        (lambda at, v: at_softap.configure(at, "s", most=v), 1, 15),
        (lambda at, v: at_softap.configure(at, "s", hidden=v), 0, 1),
        (lambda at, v: at_softap.set_pool(at, v, "10.0.0.1", "10.0.0.2"), 1, 2880),
        (lambda at, v: at_softap.set_protocols(at, v), 1, 255),
        (lambda at, v: at_softap.set_protocols(at, 1, v), 1, 255),
        (lambda at, v: at_prov.smartconfig(at, v), 1, 4),
        (lambda at, v: at_prov.smartconfig(at, 1, v), 0, 7),
        (lambda at, v: at_prov.wps(at, v), 0, 7),
        (lambda at, v: at_webserver.start(at, v), 1, 65535),
        (lambda at, v: at_webserver.start(at, 80, v), 21, 60),
    ))  # fmt: skip
    sizes((
        (lambda at, t: at_station.set_country(at, 0, t), 1, 3),
        (lambda at, t: at_station.connect_enterprise(at, t, 0), 1, 32),
        (lambda at, t: at_station.connect_enterprise(at, "s", 0, t), 1, 32),
        (lambda at, t: at_station.connect_enterprise(at, "s", 1, "i", t, "p"), 1, 32),
        (lambda at, t: at_station.connect_enterprise(at, "s", 1, "i", "u", t), 1, 32),
        (lambda at, t: at_softap.configure(at, t), 1, 32),
        (lambda at, t: at_softap.configure(at, "s", t, 1, 3), 8, 63),
        (lambda at, t: at_softap.configure(at, "s", t, 1, 0), 0, 63),
        (lambda at, t: at_softap.disconnect(at, t), 17, 17),
        (lambda at, t: at_softap.set_mac(at, t), 17, 17),
        (lambda at, t: at_softap.set_pool(at, 1, t, "10.0.0.2"), 7, 15),
        (lambda at, t: at_softap.set_pool(at, 1, "10.0.0.2", t), 7, 15),
        (lambda at, t: at_softap.set_address(at, t), 7, 15),
        (lambda at, t: at_softap.set_address(at, "10.0.0.2", t, "255.0.0.0"), 7, 15),
        (lambda at, t: at_softap.set_address(at, "10.0.0.2", "10.0.0.1", t), 7, 15),
        (lambda at, t: at_prov.smartconfig(at, 4, 0, t), 16, 16),
        (lambda at, t: at_eth.set_mac(at, t), 17, 17),
        (lambda at, t: at_eth.set_address(at, t), 7, 15),
        (lambda at, t: at_eth.set_address(at, "10.0.0.2", t, "255.0.0.0"), 7, 15),
        (lambda at, t: at_eth.set_address(at, "10.0.0.2", "10.0.0.1", t), 7, 15),
    ))  # fmt: skip


def test_bad_parameters():
    refuse(BAD)


def test_passwords_are_hidden_from_taps():
    assert secret(lambda at: at_softap.configure(at, "s", "12345678"))
    assert secret(lambda at: at_softap.config(at), (b'+CWSAP:"s","12345678",1,3,4,0',))
    assert secret(lambda at: at_station.connect_enterprise(at, "s", 1, "id", "user", "password"))
    assert secret(lambda at: at_station.enterprise(at), (b'+CWJEAP:"net",1,"id","user","pass",3',))
    assert secret(lambda at: at_prov.smartconfig(at, 4, 0, KEY))
    assert not secret(lambda at: at_softap.stations(at))
