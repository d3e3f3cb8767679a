"""Bluetooth LE: own services, a peer's services (guide 3.4.18 to 3.4.30)."""

from calls import Data, bounds, check, refuse, runner, text
from checks import raises
from espat.ble import at_discover, at_services, at_values
from espat.errors import AtAnswer, AtRefused
from fakeport import FakePort

UUID128 = 0x6E400001B5A3F393E0A9E50E24DCCA9E
AWKWARD = b"\r\nOK\r\n> +NOTIFY:0,1,1,5,\0\xff"
SERVER = (
    (lambda at: at_services.create(at), b"+BLEGATTSSRVCRE", (), []),
    (lambda at: at_services.start(at), b"+BLEGATTSSRVSTART", (), []),
    (lambda at: at_services.start(at, 2), b"+BLEGATTSSRVSTART=2", (), []),
    (lambda at: at_services.stop(at), b"+BLEGATTSSRVSTOP", (), []),
    (lambda at: at_services.stop(at, 1), b"+BLEGATTSSRVSTOP=1", (), []),
    (lambda at: at_services.services(at), b"+BLEGATTSSRV?", (b"+BLEGATTSSRV:1,1,0xA002,1", b"+BLEGATTSSRV:2,0,0xA003,0"),
     [(1, 1, 0xA002, 1), (2, 0, 0xA003, 0)]),
    (lambda at: at_services.services(at), b"+BLEGATTSSRV?", (b"+BLEGATTSSRV:1,1,0x6E400001B5A3F393E0A9E50E24DCCA9E,1",),
     [(1, 1, UUID128, 1)]),
    (lambda at: at_services.characteristics(at), b"+BLEGATTSCHAR?",
     (b'+BLEGATTSCHAR:"char",1,6,0xC305,0x10', b'+BLEGATTSCHAR:"desc",1,6,1,0x2902'),
     [(1, 6, 0, 0xC305, 16), (1, 6, 1, 0x2902, None)]),
    (lambda at: at_services.characteristics(at), b"+BLEGATTSCHAR?", (b'+BLEGATTSCHAR:"desc",1,6,1',), [(1, 6, 1, 0, None)]),
    (lambda at: at_services.characteristics(at, lambda row: None), b"+BLEGATTSCHAR?",
     (b'+BLEGATTSCHAR:"char",1,1,0xC300,0x02',), 1),
    (lambda at: at_values.notify(at, 0, 3, 6, b"1234"), b"+BLEGATTSNTFY=0,3,6,4", Data(b"1234", prompt=b">"), []),
    (lambda at: at_values.notify(at, 2, 1, 1, AWKWARD), b"+BLEGATTSNTFY=2,1,1,26", Data(AWKWARD, prompt=b">"), []),
    (lambda at: at_values.indicate(at, 0, 3, 7, bytearray(b"1234")), b"+BLEGATTSIND=0,3,7,4", Data(b"1234", prompt=b">"), []),
    (lambda at: at_values.set_value(at, 1, 1, b"8"), b"+BLEGATTSSETATTR=1,1,1", Data(b"8", prompt=b">"), []),
)  # fmt: skip
CLIENT = (
    (lambda at: at_discover.services(at, 0), b"+BLEGATTCPRIMSRV=0",
     (b"+BLEGATTCPRIMSRV:0,1,0x1801,1", b"+BLEGATTCPRIMSRV:0,2,0x6E400001B5A3F393E0A9E50E24DCCA9E,1"),
     [(0, 1, 0x1801, 1), (0, 2, UUID128, 1)]),
    (lambda at: at_discover.services(at, 2, lambda row: None), b"+BLEGATTCPRIMSRV=2", (b"+BLEGATTCPRIMSRV:2,1,0x1801,1",), 1),
    (lambda at: at_discover.included(at, 0, 1), b"+BLEGATTCINCLSRV=0,1", (b"+BLEGATTCINCLSRV:0,1,0xA002,1,0x180A,0",),
     [(0, 1, 0xA002, 1, 0x180A, 0)]),
    (lambda at: at_discover.included(at, 0, 1), b"+BLEGATTCINCLSRV=0,1",
     b"+BLEGATTCINCLSRV:0,1,0xA002,1,0x180A,0\r\n, +BLEGATTCINCLSRV:0,1,0xA002,1,0x180F,0\r\n, \r\nOK\r\n",
     [(0, 1, 0xA002, 1, 0x180A, 0), (0, 1, 0xA002, 1, 0x180F, 0)]),
    (lambda at: at_discover.included(at, 0, 1), b"+BLEGATTCINCLSRV=0,1", (), []),
    (lambda at: at_discover.characteristics(at, 0, 3), b"+BLEGATTCCHAR=0,3",
     (b'+BLEGATTCCHAR:"char",0,3,1,0xC300,0x02', b'+BLEGATTCCHAR:"desc",0,3,1,1,0x2901'),
     [(3, 1, 0, 0xC300, 2), (3, 1, 1, 0x2901, None)]),
    (lambda at: at_discover.characteristics(at, 1, 3, lambda row: None), b"+BLEGATTCCHAR=1,3",
     (b'+BLEGATTCCHAR:"char",0,3,1,0xC300,0x02',), 1),
    (lambda at: at_values.read(at, 0, 3, 2, 1), b"+BLEGATTCRD=0,3,2,1", (b"+BLEGATTCRD:0,4,0123",), b"0123"),
    (lambda at: at_values.read(at, 0, 3, 2), b"+BLEGATTCRD=0,3,2", (b"+BLEGATTCRD:0,1,0",), b"0"),
    (lambda at: at_values.read(at, 0, 3, 2), b"+BLEGATTCRD=0,3,2", (b"+BLEGATTCRD:0,0,",), b""),
    (lambda at: at_values.read(at, 0, 3, 2), b"+BLEGATTCRD=0,3,2", b"+BLEGATTCRD:0,26," + AWKWARD + b"\r\n\r\nOK\r\n", AWKWARD),
    (lambda at: at_values.read(at, 0, 3, 2), b"+BLEGATTCRD=0,3,2", b"+BLEGATTCRD:0,1,x\r\nOK\r\n", b"x"),
    (lambda at: at_values.read(at, 0, 3, 2, sink=bytearray(9)), b"+BLEGATTCRD=0,3,2", (b"+BLEGATTCRD:0,4,0123",), 4),
    (lambda at: at_values.write(at, 0, 3, 4, b"123456"), b"+BLEGATTCWR=0,3,4,,6", Data(b"123456", prompt=b">"), []),
    (lambda at: at_values.write(at, 0, 3, 7, b"\1\0", 1), b"+BLEGATTCWR=0,3,7,1,2", Data(b"\1\0", prompt=b">"), []),
)  # fmt: skip
BAD = (
    (lambda at: at_values.notify(at, 0, 1, 1, b""), ValueError),
    (lambda at: at_values.notify(at, 0, 1, 1, "text"), TypeError),
    (lambda at: at_values.notify(at, 0, 1, 1, bytes(513)), ValueError),
    (lambda at: at_values.set_value(at, 1, 1, b""), ValueError),
    (lambda at: at_values.set_value(at, 1, 1, b"8", 1), OSError),
    (lambda at: at_values.write(at, 0, 1, 1, b""), ValueError),
    (lambda at: at_values.write(at, 0, 1, 1, bytes(513)), ValueError),
)  # fmt: skip


def test_server():
    check(SERVER)


def test_client():
    check(CLIENT)


def test_bad_parameters():
    refuse(BAD)


def test_bounds():
    bounds((
        (lambda at, v: at_services.start(at, v), 1, 255),
        (lambda at, v: at_services.stop(at, v), 1, 255),
        (lambda at, v: at_values.notify(at, v, 1, 1, b"x"), 0, 2),
        (lambda at, v: at_values.notify(at, 0, v, 1, b"x"), 1, 255),
        (lambda at, v: at_values.notify(at, 0, 1, v, b"x"), 1, 255),
        (lambda at, v: at_values.indicate(at, v, 1, 1, b"x"), 0, 2),
        (lambda at, v: at_values.set_value(at, v, 1, b"x"), 1, 255),
        (lambda at, v: at_values.set_value(at, 1, v, b"x"), 1, 255),
        (lambda at, v: at_discover.services(at, v), 0, 2),
        (lambda at, v: at_discover.included(at, v, 1), 0, 2),
        (lambda at, v: at_discover.included(at, 0, v), 1, 255),
        (lambda at, v: at_discover.characteristics(at, v, 1), 0, 2),
        (lambda at, v: at_discover.characteristics(at, 0, v), 1, 255),
        (lambda at, v: at_values.read(at, v, 1, 1), 0, 2),
        (lambda at, v: at_values.read(at, 0, v, 1), 1, 255),
        (lambda at, v: at_values.read(at, 0, 1, v), 1, 255),
        (lambda at, v: at_values.read(at, 0, 1, 1, v), 1, 255),
        (lambda at, v: at_values.write(at, v, 1, 1, b"x"), 0, 2),
        (lambda at, v: at_values.write(at, 0, v, 1, b"x"), 1, 255),
        (lambda at, v: at_values.write(at, 0, 1, v, b"x"), 1, 255),
        (lambda at, v: at_values.write(at, 0, 1, 1, b"x", v), 1, 255),
    ))  # fmt: skip


class _Has:
    # a runner of Bluedroid firmware (ESP32, ESP32-C3) over a port
    def __init__(self, port):
        self.at = runner(port)
        self.run = self.at.run

    def has(self, name):
        return name == b"+BLEGATTSSRVCRE"


def test_bluedroid_names_a_descriptor_or_leaves_it_empty():
    for call, sent in (
        (lambda at: at_values.set_value(at, 1, 1, b"8"), b"AT+BLEGATTSSETATTR=1,1,,1\r\n"),
        (lambda at: at_values.set_value(at, 1, 2, b"8", 3), b"AT+BLEGATTSSETATTR=1,2,3,1\r\n"),
    ):
        port = FakePort((sent, b">"), (b"8", text(())))
        call(_Has(port))
        port.done()
    raises(ValueError, at_values.set_value, _Has(FakePort()), 1, 1, b"8", 256)


def test_refused_before_the_prompt_and_behind_the_data():
    port = FakePort((b"AT+BLEGATTCWR=0,3,4,,2\r\n", b">"), (b"xy", b"\r\nERROR\r\n"), (b"AT\r\n", text(())))
    at = runner(port)
    raises(AtRefused, at_values.write, at, 0, 3, 4, b"xy")
    at.run(b"")
    port.done()


def test_a_read_into_a_buffer():
    buf = bytearray(4)
    port = FakePort((b"AT+BLEGATTCRD=0,1,1\r\n", (b"+BLEGATTCRD:0,4,\r\nO", 5, b"K\r\n\r\nOK\r\n")))
    assert at_values.read(runner(port), 0, 1, 1, sink=buf) == 4 and buf == b"\r\nOK"
    port = FakePort((b"AT+BLEGATTCRD=0,1,1\r\n", b"+BLEGATTCRD:0,5,12345\r\n\r\nOK\r\n"))
    raises(AtAnswer, at_values.read, runner(port), 0, 1, 1, None, buf)


def test_lines_that_make_no_sense():
    for call, sent, lines in (
        (at_services.services, b"+BLEGATTSSRV?",
         (b"+BLEGATTSSRV:", b"+BLEGATTSSRV:1,1,x,1", b"+BLEGATTSSRV:1,1,-5,1", b"+BLEGATTSSRV:1,1,1")),
        (at_services.characteristics, b"+BLEGATTSCHAR?",
         (b'+BLEGATTSCHAR:"char",1', b'+BLEGATTSCHAR:"desc",1,,1', b"+BLEGATTSCHAR:")),
        (lambda at: at_discover.services(at, 0), b"+BLEGATTCPRIMSRV=0", (b"+BLEGATTCPRIMSRV:0,1,0x1%s,1" % (b"0" * 32),)),
        (lambda at: at_discover.characteristics(at, 0, 1), b"+BLEGATTCCHAR=0,1",
         (b"+BLEGATTCCHAR:", b'+BLEGATTCCHAR:"char",0,1,1,"",2')),
    ):  # fmt: skip
        for line in lines:
            port = FakePort((b"AT" + sent + b"\r\n", text((line,))))
            raises(AtAnswer, call, runner(port))


def test_services_come_back_after_a_restart():
    port = FakePort(*[(b"AT+BLEGATTSSRV%s\r\n" % what, text(())) for what in (b"CRE", b"START", b"STOP")])
    at = runner(port)
    at_services.create(at)
    at_services.start(at)
    assert [k[0] for k in at.kept] == [b"+BLEGATTSSRVCRE", b"+BLEGATTSSRVSTART"]
    at_services.stop(at)
    assert [k[0] for k in at.kept] == [b"+BLEGATTSSRVCRE"]
