"""Bluetooth LE: switching on, scanning, advertising, connections (guide 3.4.2 to 3.4.17)."""

from calls import bounds, check, refuse, runner, sizes, text
from checks import raises
from espat.ble import at_adv, at_advex, at_conn, at_gap
from espat.errors import AtAnswer, AtRefused
from fakeport import FakePort

MAC = "24:0a:c4:09:34:23"
ADV = bytes.fromhex("0201060a09457370726573736966030302a0")
GAP = (
    (lambda at: at_gap.role(at), b"+BLEINIT?", (b"+BLEINIT:2",), 2),
    (lambda at: at_gap.init(at, 1), b"+BLEINIT=1", (), []),
    (lambda at: at_gap.init(at, 3), b"+BLEINIT=3", (), []),
    (lambda at: at_gap.deinit(at), b"+BLEINIT=0", (), []),
    (lambda at: at_gap.address(at), b"+BLEADDR?", b'+BLEADDR:"24:0a:c4:d6:e4:46"\r\nOK\r\n', "24:0a:c4:d6:e4:46"),
    (lambda at: at_gap.address(at), b"+BLEADDR?", b'+BLEADDR: "24:0a:c4:d6:e4:46"+BLECONN:0,"a"\r\nOK\r\n', "24:0a:c4:d6:e4:46"),
    (lambda at: at_gap.set_address(at, True, "f8:7f:24:87:1c:7b"), b'+BLEADDR=1,"f8:7f:24:87:1c:7b"', (), []),
    (lambda at: at_gap.set_address(at, True), b"+BLEADDR=1", (), []),
    (lambda at: at_gap.set_address(at, False), b"+BLEADDR=0", (), []),
    (lambda at: at_gap.name(at), b"+BLENAME?", (b"+BLENAME:ESP-AT",), "ESP-AT"),
    (lambda at: at_gap.name(at), b"+BLENAME?", (b'+BLENAME:a,"OK" b',), 'a,"OK" b'),
    (lambda at: at_gap.name(at), b"+BLENAME?", (b'+BLENAME:"OK"',), '"OK"'),
    (lambda at: at_gap.set_name(at, "esp_demo"), b'+BLENAME="esp_demo"', (), []),
    (lambda at: at_gap.set_name(at, 'a"b,c'), b'+BLENAME="a\\"b\\,c"', (), []),
    (lambda at: at_gap.scan_params(at), b"+BLESCANPARAM?", b"+BLESCANPARAM:0,0,0,100,50\r\nOK\r\n", (0, 0, 0, 100, 50)),
    (lambda at: at_gap.set_scan_params(at, False, 100, 50), b"+BLESCANPARAM=0,0,0,100,50", (), []),
    (lambda at: at_gap.set_scan_params(at, True, 0x4000, 4, 1, 2), b"+BLESCANPARAM=1,1,2,16384,4", (), []),
    (lambda at: at_gap.scan(at), b"+BLESCAN=1", (), []),
    (lambda at: at_gap.scan(at, 3), b"+BLESCAN=1,3", (), []),
    (lambda at: at_gap.scan(at, 3, "24:0A:C4:96:E6:88"), b'+BLESCAN=1,3,1,"24:0A:C4:96:E6:88"', (), []),
    (lambda at: at_gap.scan(at, 3, name="ESP-AT"), b'+BLESCAN=1,3,2,"ESP-AT"', (), []),
    (lambda at: at_gap.scan(at, name="ESP-AT"), b'+BLESCAN=1,0,2,"ESP-AT"', (), []),
    (lambda at: at_gap.scan_stop(at), b"+BLESCAN=0", (), []),
)  # fmt: skip
ADVERTISING = (
    (lambda at: at_adv.params(at), b"+BLEADVPARAM?", b'+BLEADVPARAM:50,50,0,0,7,0,0,"00:00:00:00:00:00"\r\nOK\r\n',
     [50, 50, 0, 0, 7, 0, 0, b"00:00:00:00:00:00"]),
    (lambda at: at_adv.params(at), b"+BLEADVPARAM?", b'+BLEADVPARAM:32,64,3,1,7,0,0,"00:00:00:00:00:00",1,1\r\nOK\r\n',
     [32, 64, 3, 1, 7, 0, 0, b"00:00:00:00:00:00", 1, 1]),
    (lambda at: at_adv.set_params(at, 50, 50), b"+BLEADVPARAM=50,50,0,0,7", (), []),
    (lambda at: at_adv.set_params(at, 32, 16384, 3, 1, 1, 3), b"+BLEADVPARAM=32,16384,3,1,1,3", (), []),
    (lambda at: at_adv.set_params(at, 50, 60, 1, 0, 7, 0, 0, MAC), b'+BLEADVPARAM=50,60,1,0,7,0,0,"24:0a:c4:09:34:23"', (), []),
    (lambda at: at_adv.set_data(at, ADV), b'+BLEADVDATA="0201060a09457370726573736966030302a0"', (), []),
    (lambda at: at_adv.set_data(at, b""), b'+BLEADVDATA=""', (), []),
    (lambda at: at_adv.set_data(at, memoryview(bytearray(31))), b'+BLEADVDATA="' + b"00" * 31 + b'"', (), []),
    (lambda at: at_adv.set_response(at, b"\x11\x22\x33\x44\x55"), b'+BLESCANRSPDATA="1122334455"', (), []),
    (lambda at: at_advex.compose(at, "ESP-AT", "A002", b"\1\2\3\4\5", True), b'+BLEADVDATAEX="ESP-AT","A002","0102030405",1',
     (), []),
    (lambda at: at_advex.compose(at, "n"), b'+BLEADVDATAEX="n","","",0', (), []),
    (lambda at: at_advex.composed(at), b"+BLEADVDATAEX?", b'+BLEADVDATAEX:"ESP-AT","A002","0102030405",1\r\nOK\r\n',
     ("ESP-AT", "A002", b"\1\2\3\4\5", 1)),
    (lambda at: at_advex.composed(at), b"+BLEADVDATAEX?", b'+BLEADVDATAEX:"a","b","","",0\r\nOK\r\n', ('a","b', "", b"", 0)),
    (lambda at: at_adv.start(at), b"+BLEADVSTART", (), []),
    (lambda at: at_adv.stop(at), b"+BLEADVSTOP", (), []),
)  # fmt: skip
CONNECTIONS = (
    (lambda at: at_conn.connections(at), b"+BLECONN?", (b'+BLECONN:0,"24:0a:c4:09:34:23"', b'+BLECONN:2,"00:11:22:33:44:55"'),
     [(0, MAC), (2, "00:11:22:33:44:55")]),
    (lambda at: at_conn.connections(at), b"+BLECONN?", b"+BLECONN:\n\r\nOK\r\n", []),
    (lambda at: at_conn.connections(at), b"+BLECONN?", (), []),
    (lambda at: at_conn.connect(at, 0, MAC), b'+BLECONN=0,"24:0a:c4:09:34:23"', (b'+BLECONN:0,"24:0a:c4:09:34:23"',),
     [b'+BLECONN:0,"24:0a:c4:09:34:23"']),
    (lambda at: at_conn.connect(at, 2, MAC, 1, 10), b'+BLECONN=2,"24:0a:c4:09:34:23",1,10', (), []),
    (lambda at: at_conn.connect(at, 0, MAC, None, 3), b'+BLECONN=0,"24:0a:c4:09:34:23",,3', (), []),
    (lambda at: at_conn.params(at), b"+BLECONNPARAM?", (b"+BLECONNPARAM:0,12,14,12,1,500",), [(0, 12, 14, 12, 1, 500)]),
    (lambda at: at_conn.params(at), b"+BLECONNPARAM?", (b"+BLECONNPARAM:0,12,12,1,500", b"+BLECONNPARAM:1,6,6,0,10"),
     [(0, 12, 12, 1, 500), (1, 6, 6, 0, 10)]),
    (lambda at: at_conn.set_params(at, 0, 12, 14, 1, 500), b"+BLECONNPARAM=0,12,14,1,500", (), []),
    (lambda at: at_conn.disconnect(at, 1), b"+BLEDISCONN=1", (), []),
    (lambda at: at_conn.read_strength(at, 2), b"+BLERDRSSI=2", (), None),
    (lambda at: at_conn.read_strength(at, 0), b"+BLERDRSSI=0", (b"+BLERDRSSI:0,-40",), -40),
    (lambda at: at_conn.set_data_length(at, 0, 30), b"+BLEDATALEN=0,30", (), []),
    (lambda at: at_conn.mtus(at), b"+BLECFGMTU?", (b"+BLECFGMTU:0,203", b"+BLECFGMTU:1,23"), [(0, 203), (1, 23)]),
    (lambda at: at_conn.set_mtu(at, 0, 300), b"+BLECFGMTU=0,300", (), []),
)  # fmt: skip
BAD = (
    (lambda at: at_gap.init(at, "1"), TypeError),
    (lambda at: at_gap.set_address(at, False, MAC), ValueError),
    (lambda at: at_gap.set_scan_params(at, 0, 50, 100), ValueError),
    (lambda at: at_gap.scan(at, 1, MAC, "n"), ValueError),
    (lambda at: at_adv.set_params(at, 60, 50), ValueError),
    (lambda at: at_adv.set_params(at, 50, 50, 1), ValueError),
    (lambda at: at_adv.set_data(at, "text"), TypeError),
    (lambda at: at_conn.connect(at, 0, 5), TypeError),
    (lambda at: at_conn.set_params(at, 0, 14, 12, 0, 500), ValueError),
)  # fmt: skip


def test_gap():
    check(GAP)


def test_advertising():
    check(ADVERTISING)


def test_connections():
    check(CONNECTIONS)


def test_bad_parameters():
    refuse(BAD)


def test_bounds():
    bounds((
        (lambda at, v: at_gap.init(at, v), 1, 3),
        (lambda at, v: at_gap.set_address(at, v), 0, 1),
        (lambda at, v: at_gap.set_scan_params(at, v, 4, 4), 0, 1),
        (lambda at, v: at_gap.set_scan_params(at, 0, v, min(v, 4)), 4, 0x4000),
        (lambda at, v: at_gap.set_scan_params(at, 0, max(v, 0x4000), v), 4, 0x4000),
        (lambda at, v: at_gap.set_scan_params(at, 0, 4, 4, v), 0, 3),
        (lambda at, v: at_gap.set_scan_params(at, 0, 4, 4, 0, v), 0, 3),
        (lambda at, v: at_gap.scan(at, v), 0, 0xFFFF),
        (lambda at, v: at_adv.set_params(at, v, 0x4001 if v > 0x4000 else 0x4000), 0x20, 0x4000),
        (lambda at, v: at_adv.set_params(at, min(v, 0x20), v), 0x20, 0x4000),
        (lambda at, v: at_adv.set_params(at, 32, 32, v, peer=MAC), 0, 4),
        (lambda at, v: at_adv.set_params(at, 32, 32, 0, v), 0, 1),
        (lambda at, v: at_adv.set_params(at, 32, 32, 0, 0, v), 1, 7),
        (lambda at, v: at_adv.set_params(at, 32, 32, 0, 0, 7, v), 0, 3),
        (lambda at, v: at_adv.set_params(at, 32, 32, 0, 0, 7, 0, v), 0, 1),
        (lambda at, v: at_advex.compose(at, "n", power=v), 0, 1),
        (lambda at, v: at_conn.connect(at, v, MAC), 0, 2),
        (lambda at, v: at_conn.connect(at, 0, MAC, v), 0, 1),
        (lambda at, v: at_conn.connect(at, 0, MAC, 0, v), 3, 30),
        (lambda at, v: at_conn.set_params(at, v, 6, 6, 0, 10), 0, 2),
        (lambda at, v: at_conn.set_params(at, 0, v, max(v, 6), 0, 10), 6, 0xC80),
        (lambda at, v: at_conn.set_params(at, 0, min(v, 6), v, 0, 10), 6, 0xC80),
        (lambda at, v: at_conn.set_params(at, 0, 6, 6, v, 10), 0, 499),
        (lambda at, v: at_conn.set_params(at, 0, 6, 6, 0, v), 10, 0xC80),
        (lambda at, v: at_conn.disconnect(at, v), 0, 2),
        (lambda at, v: at_conn.set_data_length(at, v, 27), 0, 2),
        (lambda at, v: at_conn.set_data_length(at, 0, v), 27, 251),
        (lambda at, v: at_conn.set_mtu(at, v, 23), 0, 2),
        (lambda at, v: at_conn.set_mtu(at, 0, v), 23, 517),
    ))  # fmt: skip
    sizes((
        (lambda at, t: at_gap.set_address(at, True, t), 17, 17),
        (lambda at, t: at_gap.set_name(at, t), 1, 32),
        (lambda at, t: at_gap.scan(at, 0, t or "x"), 17, 17),
        (lambda at, t: at_gap.scan(at, 0, name=t or "x" * 33), 1, 32),
        (lambda at, t: at_adv.set_data(at, t.encode()), 0, 31),
        (lambda at, t: at_adv.set_response(at, t.encode()), 0, 31),
        (lambda at, t: at_advex.compose(at, t), 0, 31),
        (lambda at, t: at_advex.compose(at, "n", t), 0, 36),
        (lambda at, t: at_advex.compose(at, "n", "", t.encode()), 0, 31),
        (lambda at, t: at_conn.connect(at, 0, t), 17, 17),
        (lambda at, t: at_adv.set_params(at, 32, 32, 0, 0, 7, 0, 0, t), 17, 17),
    ))  # fmt: skip


def test_unreadable_answers():
    for call, sent, answer in (
        (at_gap.address, b"+BLEADDR?", b'+BLEADDR:"24:0a"'),
        (at_gap.name, b"+BLENAME?", b"nothing"),
        (at_gap.scan_params, b"+BLESCANPARAM?", b"+BLESCANPARAM:0,x"),
        (at_advex.composed, b"+BLEADVDATAEX?", b'+BLEADVDATAEX:"a",1'),
        (at_conn.params, b"+BLECONNPARAM?", b"+BLECONNPARAM:a"),
    ):
        port = FakePort((b"AT" + sent + b"\r\n", text((answer,))))
        raises(AtAnswer, call, runner(port))


def test_a_connection_that_fails():
    port = FakePort((b'AT+BLECONN=0,"24:0a:c4:09:34:23"\r\n', b"+BLECONN:0,-1\r\n\r\nERROR\r\n"))
    raises(AtRefused, at_conn.connect, runner(port), 0, MAC)


def test_what_a_restarted_module_is_told_again():
    port = FakePort(
        (b"AT+BLEINIT=2\r\n", text(())), (b"AT+BLEADVSTART\r\n", text(())), (b"AT+BLEADVSTOP\r\n", text(())),
        (b"AT+BLEINIT=0\r\n", text(())),
    )  # fmt: skip
    at = runner(port)
    at_gap.init(at, 2)
    at_adv.start(at)
    assert [k[0] for k in at.kept] == [b"+BLEINIT=2", b"+BLEADVSTART"]
    at_adv.stop(at)
    at_gap.deinit(at)
    assert not at.kept
