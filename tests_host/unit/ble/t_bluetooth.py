"""bluetooth.BLE: on and off, roles, advertising, scanning, connecting, pairing, settings."""

from calls import text
from checks import raises
from espat.ble import bluetooth
from radio import ADDR, BLUEDROID, ERROR, NIMBLE, OK, OLD, RANDOM, Radio

CONNECT = b'AT+BLECONN=2,"24:0a:c4:09:34:23",0,3\r\n'
CONNECTED = b'+BLECONN:2,"24:0a:c4:09:34:23"\r\n'


def errno(call, *args, **kwargs):
    return raises(OSError, call, *args, **kwargs).args[0]


# -- on and off


def test_one_radio():
    r = Radio(NIMBLE)
    assert bluetooth.BLE() is r.ble
    assert r.ble.active() is True and r.ble.active(True) is True


def test_what_the_module_lacks():
    r = Radio((), on=False)
    assert errno(r.ble.active, True) == 19
    assert not r.ble.active()


def test_nothing_works_while_it_is_off():
    r = Radio(NIMBLE, on=False)
    for call in (lambda: r.ble.gap_scan(0), lambda: r.ble.gap_advertise(1000), lambda: r.ble.gap_connect(0, ADDR),
                 lambda: r.ble.config("mac"), lambda: r.ble.gatts_register_services(())):  # fmt: skip
        assert errno(call) == 19


def test_what_no_module_can():
    r = Radio(NIMBLE)
    for name in ("l2cap_listen", "l2cap_connect", "hci_cmd", "gatts_read_request", "nonsense"):
        assert not hasattr(r.ble, name), name


def test_an_earlier_program_has_left_it_on():
    r = Radio(NIMBLE, on=False)
    r.port.expect(b"AT+BLEINIT?\r\n", text((b"+BLEINIT:2",)))
    r.port.expect(b"AT+BLEINIT=0\r\n", OK)
    r.port.expect(b"AT+BLEINIT=3\r\n", OK)
    r.ble.active(True)
    r.done()


def test_off():
    r = Radio(NIMBLE)
    r.connect()
    r.port.expect(b"AT+BLEINIT=0\r\n", OK + b'+BLEDISCONN:0,"24:0a:c4:09:34:23"\r\n')
    assert r.ble.active(False) is False
    assert r.take() == [(2, (0, 0, ADDR))]
    assert not r.at.kept
    r.done()


def test_before_5_0_the_first_use_chooses_the_role():
    for use, role in (
        (lambda ble: ble.gap_scan(0), 1), (lambda ble: ble.gap_advertise(20000), 2), (lambda ble: ble.gap_connect(0, ADDR), 1),
    ):  # fmt: skip
        r = Radio(NIMBLE, dual=False)
        r.port.expect(b"AT+BLEINIT=%d\r\n" % role, ERROR)
        error = raises(OSError, use, r.ble)
        assert error.args[0] == 95 and "3.4.0.0" in error.args[1]
        r.done()


def test_before_5_0_the_other_role_is_refused():
    r = Radio(NIMBLE, dual=False)
    for line in (b"INIT=1", b"SCANPARAM=0,0,0,2048,18", b"SCAN=1"):
        r.port.expect(b"AT+BLE" + line + b"\r\n", OK)
    r.ble.gap_scan(0)
    error = raises(OSError, r.ble.gap_advertise, 20000)
    assert error.args[0] == 95 and "5.0" in error.args[1] and "3.4.0.0" in error.args[1]
    r.done()


def test_settings_made_before_the_role_is_known():
    r = Radio(NIMBLE, dual=False)
    r.ble.config(gap_name="bulb", bond=True)
    assert not r.port.steps
    r.port.expect(b"AT+BLEINIT=2\r\n", OK)
    r.port.expect(b'AT+BLENAME="bulb"\r\n', OK)
    r.port.expect(b"AT+BLESECPARAM=9,3,16,3,3\r\n", OK)
    r.port.expect(b"AT+BLEADVPARAM=32,32,0,0,7\r\n", OK)
    r.port.expect(b"AT+BLEADVSTART\r\n", OK)
    r.ble.gap_advertise(20000)
    r.done()
    names = [k[0].split(b"=")[0] for k in r.at.kept]
    assert names == [b"+BLEINIT", b"+BLENAME", b"+BLESECPARAM", b"+BLEADVPARAM", b"+BLEADVSTART"]


# -- advertising


def advertising(r, data=b"\2\1\6"):
    r.port.expect(b"AT+BLEADVPARAM=80,80,0,0,7\r\n", OK)
    r.port.expect(b'AT+BLEADVDATA="020106"\r\n', OK)
    r.port.expect(b"AT+BLEADVSTART\r\n", OK)
    r.ble.gap_advertise(50000, data)


def test_advertise():
    r = Radio(NIMBLE)
    advertising(r)
    r.port.expect(b"AT+BLEADVSTOP\r\n", OK)
    r.ble.gap_advertise(None)
    r.ble.gap_advertise(None)
    r.done()
    assert not r.take()


def test_advertise_otherwise():
    r = Radio(NIMBLE)
    advertising(r)
    r.port.expect(b"AT+BLEADVSTOP\r\n", ERROR)
    r.port.expect(b"AT+BLEADVPARAM=16384,16384,2,0,7\r\n", OK)
    r.port.expect(b'AT+BLESCANRSPDATA="0409616263"\r\n', OK)
    r.port.expect(b"AT+BLEADVSTART\r\n", OK)
    r.ble.gap_advertise(20000000, None, resp_data=bytearray(b"\4\x09abc"), connectable=False)
    r.port.expect(b"AT+BLEADVSTOP\r\n", OK)
    r.port.expect(b"AT+BLEADVPARAM=32,32,2,0,7\r\n", OK)
    r.port.expect(b'AT+BLEADVDATA=""\r\n', OK)
    r.port.expect(b'AT+BLESCANRSPDATA=""\r\n', OK)
    r.port.expect(b"AT+BLEADVSTART\r\n", OK)
    r.ble.gap_advertise(1, b"", resp_data=b"", connectable=False)
    r.done()


def test_advertise_too_much():
    r = Radio(NIMBLE)
    r.port.expect(b"AT+BLEADVPARAM=32,32,0,0,7\r\n", OK)
    raises(ValueError, r.ble.gap_advertise, 20000, bytes(32))
    r.done()


def test_a_connection_ends_advertising():
    r = Radio(NIMBLE)
    advertising(r)
    r.connect()
    assert b"+BLEADVSTART" not in [k[0] for k in r.at.kept]
    r.ble.gap_advertise(None)
    r.done()


def test_advertising_goes_on_after_a_restart():
    r = Radio(NIMBLE)
    advertising(r)
    for line in (b"+BLEINIT=3", b"+BLEADVPARAM=80,80,0,0,7", b'+BLEADVDATA="020106"', b"+BLEADVSTART"):
        r.port.expect(b"AT" + line + b"\r\n", OK)
    r.say(b"\r\nready\r\n")
    assert r.take(100) == []
    r.done()


# -- scanning


def test_scan_for_a_while():
    r = Radio(NIMBLE)
    r.port.expect(b"AT+BLESCANPARAM=1,0,0,48,48\r\n", OK)
    r.port.expect(b"AT+BLESCAN=1\r\n", OK)
    r.ble.gap_scan(2000, 30000, 30000, True)
    r.port.expect(b"AT+BLESCAN=0\r\n", b"+BLESCANDONE\r\n" + OK)
    r.say(b'+BLESCAN:"24:0a:c4:09:34:23",-29,0201060409616263,,0,0\r\n+BLESCAN:"fa:7f:24:87:1c:7b",-87,,020a00,1,4\r\n')
    assert r.take() == [(5, (0, ADDR, 0, -29, b"\2\1\6\4\x09abc")), (5, (1, RANDOM, 4, -87, b"\2\x0a\0"))]
    assert r.take(1800) == []
    assert r.take(400) == [(6, ())]
    r.say(b'+BLESCAN:"24:0a:c4:09:34:23",-29,02,,0\r\n+BLESCANDONE\r\n')
    assert r.take() == []
    r.done()


def test_what_a_scan_finds():
    r = Radio(NIMBLE, (b"AT+BLESCANPARAM=0,0,0,2048,18\r\n", OK), (b"AT+BLESCAN=1\r\n", OK))
    r.ble.gap_scan(0)
    for line, events in (
        (b'"24:0a:c4:09:34:23",-29,02,03,0', [(5, (0, ADDR, 0, -29, b"\2")), (5, (0, ADDR, 4, -29, b"\3"))]),
        (b'"24:0a:c4:09:34:23",-29,,,0', [(5, (0, ADDR, 0, -29, b""))]),
        (b"24:0a:c4:09:34:23,-29,02,,0", [(5, (0, ADDR, 0, -29, b"\2"))]),  # 1.x has no quotes
        (b'"24:0a:c4:09:34:23",-29,02,,1,3', [(5, (1, ADDR, 3, -29, b"\2"))]),
        (b'"24:0a:c4:09:34:23",-29,2,,0', [(255, (1,))]),
        (b'"24:0a:c4:09:34:23",-29,zz,,0', [(255, (1,))]),
        (b'"24:0a:c4:09:34",-29,02,,0', [(255, (1,))]),
        (b'"24:0a:c4:09:34:23",,02,,0', [(255, (1,))]),
        (b'"24:0a:c4:09:34:23"', [(255, (1,))]),
        (b"", [(255, (1,))]),
        (b'"24:0a:c4:09:34:23",-29,' + b"00" * 200 + b",,0", [(255, (1,))]),  # longer than a line may be
    ):
        r.say(b"+BLESCAN:" + line + b"\r\n")
        assert r.take() == events, line


def test_scan_no_more():
    """aioble waits for the event for ever."""
    r = Radio(NIMBLE, (b"AT+BLESCANPARAM=0,0,0,2048,18\r\n", OK), (b"AT+BLESCAN=1\r\n", OK))
    r.ble.gap_scan(5000)
    assert errno(r.ble.gap_scan, 0) == 114
    r.port.expect(b"AT+BLESCAN=0\r\n", OK)
    r.ble.gap_scan(None)
    assert r.take() == [(6, ())]
    r.ble.gap_scan(None)
    assert r.take(6000) == [(6, ())]
    r.done()


def test_the_next_scan_does_not_end_with_the_one_before():
    r = Radio(NIMBLE)
    for _ in range(2):
        r.port.expect(b"AT+BLESCANPARAM=0,0,0,2048,18\r\n", OK)
        r.port.expect(b"AT+BLESCAN=1\r\n", OK)
        r.ble.gap_scan(1000)
        r.port.expect(b"AT+BLESCAN=0\r\n", OK)
        if _ == 0:
            r.take(500)
            r.ble.gap_scan(None)
            r.take()
    assert r.take(800) == []
    assert r.take(400) == [(6, ())]
    r.done()


def test_a_scan_that_is_refused():
    r = Radio(NIMBLE, (b"AT+BLESCANPARAM=0,0,0,2048,18\r\n", OK), (b"AT+BLESCAN=1\r\n", ERROR))
    assert errno(r.ble.gap_scan, 0) == 5
    assert r.take() == []


def test_a_restart_ends_a_scan():
    r = Radio(NIMBLE, (b"AT+BLESCANPARAM=0,0,0,2048,18\r\n", OK), (b"AT+BLESCAN=1\r\n", OK))
    r.ble.gap_scan(0)
    r.port.expect(b"AT+BLEINIT=3\r\n", OK)
    r.port.expect(b"AT+BLESCANPARAM=0,0,0,2048,18\r\n", OK)
    r.say(b"\r\nready\r\n")
    assert r.take() == [(6, ())]
    r.done()


# -- connecting


def test_connect():
    r = Radio(NIMBLE, (CONNECT, (500, CONNECTED, OK)))
    r.ble.gap_connect(0, ADDR)
    assert errno(r.ble.gap_connect, 0, RANDOM) == 114
    assert r.take(600) == [(7, (2, 0, ADDR))]
    r.port.expect(b"AT+BLEDISCONN=2\r\n", OK)
    assert r.ble.gap_disconnect(2) is True
    r.run()
    r.say(b'+BLEDISCONN:2,"24:0a:c4:09:34:23"\r\n')
    assert r.take() == [(8, (2, 0, ADDR))]
    assert r.ble.gap_disconnect(2) is False and r.ble.gap_disconnect(9) is False and r.ble.gap_disconnect(-1) is False
    r.done()


def test_connect_and_the_report_comes_behind_or_never():
    r = Radio(NIMBLE, (CONNECT, OK))
    r.ble.gap_connect(0, ADDR)
    assert r.take() == [(7, (2, 0, ADDR))]
    r.say(CONNECTED)
    assert r.take() == []


def test_connect_to_a_random_address_and_ask_for_an_interval():
    r = Radio(NIMBLE, (b'AT+BLECONN=2,"fa:7f:24:87:1c:7b",1,10\r\n', b'+BLECONN:2,"fa:7f:24:87:1c:7b"\r\n' + OK))
    r.port.expect(b"AT+BLECONNPARAM=2,24,40,0,400\r\n", OK)
    r.ble.gap_connect(1, RANDOM, 9500, 30000, 50000)
    assert r.take() == [(7, (2, 1, RANDOM))]
    r.done()


def test_nobody_is_there():
    for answer in (b"+BLECONN:2,-1\r\n" + ERROR, ERROR, b"+BLECONN:65535,-1\r\n" + ERROR):
        r = Radio(NIMBLE, (CONNECT, answer))
        r.ble.gap_connect(0, ADDR)
        assert r.take() == [(8, (65535, 0, ADDR))]
        assert r.conns.dials == []
        r.done()


def test_seconds_are_whole_and_within_3_and_30():
    for ms, seconds in ((0, 3), (3000, 3), (3001, 4), (99000, 30)):
        r = Radio(NIMBLE, (b'AT+BLECONN=2,"24:0a:c4:09:34:23",0,%d\r\n' % seconds, ERROR))
        r.ble.gap_connect(0, ADDR, ms)
        r.run()
        r.done()


def test_no_longer_wanted():
    """Nothing stops AT+BLECONN; what comes of it is ended without a word."""
    r = Radio(NIMBLE, (CONNECT, (2000, CONNECTED, OK)))
    r.ble.gap_connect(0, ADDR)
    r.run(10)
    r.ble.gap_connect(None)
    r.ble.gap_connect(None)
    assert r.take() == [(8, (65535, 0, ADDR))]
    r.port.expect(b"AT+BLEDISCONN=2\r\n", OK + b'+BLEDISCONN:2,"24:0a:c4:09:34:23"\r\n')
    assert r.take(2100) == []
    assert r.conns.table == [None] * 3
    r.ble.gap_connect(None)
    assert r.take() == []
    r.done()


def test_no_longer_wanted_before_it_began():
    r = Radio(NIMBLE)
    r.ble.gap_connect(0, ADDR)
    r.ble.gap_connect(None)
    assert r.take() == [(8, (65535, 0, ADDR))]
    r.done()


def test_switched_off_before_it_began():
    """What nobody has told the module yet is forgotten: the next one may be begun."""
    r = Radio(NIMBLE, (b"AT+BLEINIT=0\r\n", OK), (b"AT+BLEINIT?\r\n", text((b"+BLEINIT:0",))), (b"AT+BLEINIT=3\r\n", OK))
    r.ble.gap_connect(0, ADDR)
    r.ble.active(False)
    r.ble.active(True)
    r.port.expect(CONNECT, (500, CONNECTED, OK))
    r.ble.gap_connect(0, ADDR)
    assert r.take(600) == [(7, (2, 0, ADDR))]
    r.done()


def test_wanted_again():
    r = Radio(NIMBLE, (CONNECT, (500, CONNECTED, OK)))
    r.ble.gap_connect(0, ADDR)
    r.run(10)
    r.ble.gap_connect(None)
    r.ble.gap_connect(0, ADDR)
    assert r.take(600) == [(8, (65535, 0, ADDR)), (7, (2, 0, ADDR))]
    r.done()


def test_another_is_wanted_meanwhile():
    r = Radio(NIMBLE, (CONNECT, (500, CONNECTED, OK)))
    r.ble.gap_connect(0, ADDR)
    r.run(10)
    r.ble.gap_connect(None)
    r.ble.gap_connect(1, RANDOM)
    r.port.expect(b'AT+BLECONN=1,"fa:7f:24:87:1c:7b",1,3\r\n', (100, b'+BLECONN:1,"fa:7f:24:87:1c:7b"\r\n', OK))
    r.port.expect(b"AT+BLEDISCONN=2\r\n", OK)
    assert r.take(900) == [(8, (65535, 0, ADDR)), (7, (1, 1, RANDOM))]
    r.done()


def test_a_peer_comes_while_another_is_dialled():
    r = Radio(NIMBLE, (CONNECT, (b'+BLECONN:0,"fa:7f:24:87:1c:7b"\r\n', 100, CONNECTED, OK)))
    r.ble.gap_connect(0, ADDR)
    assert r.take(200) == [(1, (0, 1, RANDOM)), (7, (2, 0, ADDR))]


def test_all_connections_in_use():
    r = Radio(NIMBLE)
    for n in range(3):
        r.connect(n, b"fa:7f:24:87:1c:7%d" % n)
    assert errno(r.ble.gap_connect, 0, ADDR) == 12


def test_a_restart_while_dialling():
    r = Radio(NIMBLE, (CONNECT, b""), (b"AT+BLEINIT=3\r\n", OK))
    r.ble.gap_connect(0, ADDR)
    r.run()
    r.say(b"\r\nready\r\n")
    assert r.take() == [(8, (65535, 0, ADDR))]
    r.done()


# -- pairing


def test_pair():
    r = Radio(NIMBLE)
    r.connect()
    r.port.expect(b"AT+BLESECPARAM=13,4,16,3,3\r\n", OK)
    r.ble.config(bond=True, mitm=True, io=4)
    r.port.expect(b"AT+BLEENC=0,3\r\n", OK + b"+BLESECNTFYKEY:0,012345\r\n+BLESECKEYTYPE:0,16\r\n+BLEAUTHCMPL:0,0\r\n")
    r.ble.gap_pair(0)
    assert r.take() == [(31, (0, 3, 12345)), (28, (0, 1, 1, 1, 16))]
    assert errno(r.ble.gap_pair, 1) == 107
    r.done()


def test_pairing_that_fails():
    r = Radio(NIMBLE)
    r.connect()
    for answer in (OK + b"+BLEAUTHCMPL:0,1\r\n", ERROR):
        r.port.expect(b"AT+BLEENC=0,2\r\n", answer)
        r.ble.gap_pair(0)
        assert r.take() == [(28, (0, False, False, False, 0))]
    r.done()


def test_the_peer_wants_to_pair():
    r = Radio(BLUEDROID)
    r.connect()
    r.port.expect(b"AT+BLEENCRSP=0,1\r\n", OK)
    r.say(b"+BLESECREQ:0\r\n")
    r.say(b"+BLESECKEYREQ:0\r\n")
    assert r.take() == [(31, (0, 2, 0))]
    r.port.expect(b"AT+BLEKEYREPLY=0,649784\r\n", OK)
    r.ble.gap_passkey(0, 2, 649784)
    r.say(b"+BLESECNCREQ:0,123456\r\n")
    assert r.take() == [(31, (0, 4, 123456))]
    r.port.expect(b"AT+BLECONFREPLY=0,1\r\n", OK)
    r.ble.gap_passkey(0, 4, 1)
    r.port.expect(b"AT+BLECONFREPLY=0,0\r\n", OK)
    r.ble.gap_passkey(0, 4, 0)
    r.done()


def test_the_key_shown_is_the_modules():
    r = Radio(NIMBLE)
    r.connect()
    r.say(b"+BLESECNTFYKEY:0,123456\r\n")
    r.ble.gap_passkey(0, 3, 123456)
    error = raises(OSError, r.ble.gap_passkey, 0, 3, 111111)
    assert error.args[0] == 95 and "111111" not in str(error) and "123456" not in str(error)
    assert errno(r.ble.gap_passkey, 0, 7, 0) == 22
    r.say(b"+BLESECNTFYKEY:0,x\r\n")
    assert r.take()[-1] == (255, (1,))


# -- settings


def test_modes_of_pairing():
    for values, mode in (
        ({"bond": True}, 9), ({"le_secure": False}, 0), ({"bond": True, "le_secure": False}, 1),
        ({"mitm": True, "le_secure": False}, 4),
        ({"le_secure": True}, 8), ({"mitm": True}, 12), ({"bond": True, "mitm": True}, 13),
        ({"bond": True, "mitm": True, "le_secure": False}, 13),
    ):  # fmt: skip
        r = Radio(NIMBLE, (b"AT+BLESECPARAM=%d,3,16,3,3\r\n" % mode, OK))
        r.ble.config(**values)
        r.done()


def test_config():
    r = Radio(NIMBLE)
    r.port.expect(b"AT+BLEADDR?\r\n", b'+BLEADDR:"24:0a:c4:09:34:23"\r\nOK\r\n')
    assert r.ble.config("mac") == (0, ADDR)
    r.port.expect(b'AT+BLENAME="lamp"\r\n', OK)
    r.ble.config(gap_name="lamp")
    r.port.expect(b"AT+BLENAME?\r\n", text((b"+BLENAME:lamp",)))
    assert r.ble.config("gap_name") == b"lamp"
    r.port.expect(b"AT+BLEADDR=1\r\n", OK)
    r.ble.config(addr_mode=1)
    assert r.ble.config("addr_mode") == 1
    assert errno(r.ble.config, addr_mode=2) == 95
    assert r.ble.config("mtu") == 256
    r.ble.config(mtu=517)
    assert r.ble.config("mtu") == 517
    assert r.ble.config("bond") is False and r.ble.config("io") == 3
    for bad in (lambda: r.ble.config("nonsense"), lambda: r.ble.config(nonsense=1), lambda: r.ble.config(mtu=22)):
        raises(ValueError, bad)
    raises(TypeError, r.ble.config, "mac", "mtu")
    r.done()


def test_capabilities():
    r = Radio(NIMBLE)
    can = bluetooth.capabilities()
    assert can["central"] and can["peripheral"] and can["both"] and can["register_services"] and can["adv_type"]
    assert not (can["descriptors"] or can["l2cap"] or can["hci"] or can["read_request"] or can["classic"])
    Radio(OLD, dual=False, firmware=(2, 4, 0, 0))
    can = bluetooth.capabilities()
    assert can["central"] and can["descriptors"] and not (can["both"] or can["register_services"] or can["adv_type"])
    Radio((), on=False)
    assert True not in bluetooth.capabilities().values()
    r.done()
