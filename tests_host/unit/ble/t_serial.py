"""Serial ports, audio and pairing of classic Bluetooth, BluFi: reports that make no sense hit nobody."""

from calls import text
from espat.at import At
from espat.ble import a2dp, blufi, classic, lines, spp
from espat.ble.pipe import RadioPipe
from fakeport import FakePort
from radio import BLUEDROID, OK, Radio

MAC = "24:0a:c4:09:34:23"
NONSENSE = (b"", b":", b":0", b":0,", b":0,1", b':0,"\xff\xfe:0a"', b':"\xff"', b':0,"\xc3\xa4"', b",", b':"', b':0,"')
ON = (b"AT+BTINIT?\r\n", text((b"+BTINIT:1",)))


def test_addresses():
    assert lines.address(b'+X:0,"24:0a:c4:09:34:23",1') == MAC == lines.address(b'+X:"24:0a:c4:09:34:23"', 0)
    for nonsense in NONSENSE:
        assert lines.address(b"+X" + nonsense) is None, nonsense


def test_a_port():
    r = Radio(BLUEDROID, ON)
    port = spp.Port(r.at)
    for nonsense in NONSENSE:
        r.say(b"+BTSPPCONN" + nonsense + b"\r\n")
        assert port.peer is None, nonsense
    r.say(b'+BTSPPCONN:0,"24:0a:c4:09:34:23"\r\n')
    assert port.peer == MAC
    r.done()


class Socketless(At):
    """A modem whose table of links nobody has asked for; made: what would have been made."""

    _links = None

    def __getattr__(self, name):
        if name == "links":
            self.made = True
        raise AttributeError(name)


def test_a_pipe_makes_no_table_of_links():
    at = Socketless(FakePort())
    at.made = False
    RadioPipe(at, lambda pipe: None)
    assert not at.made


def test_audio():
    r = Radio(BLUEDROID, ON, (b"AT+BTA2DPINIT?\r\n", text((b"+BTA2DPINIT:0",))), (b"AT+BTA2DPINIT=2\r\n", OK),
              (b"AT+BTSCANMODE=2\r\n", OK))  # fmt: skip
    sink = a2dp.Sink(r.at)
    for nonsense in NONSENSE:
        r.say(b"+BTA2DPCONN" + nonsense + b"\r\n")
        assert sink.peer is None, nonsense
    r.say(b'+BTA2DPCONN:0,"24:0a:c4:09:34:23"\r\n')
    assert sink.peer == MAC
    r.done()


def test_questions():
    r = Radio(BLUEDROID, ON, (b'AT+BTSECPARAM=3,0,""\r\n', OK))
    asked = []
    classic.Pairing(r.at, ask=lambda *question: asked.append(question))
    r.say(b'+BTCFMREQ:"24:0a:c4:09:34:23",123456\r\n+BTPINREQ:"24:0a:c4:09:34:23"\r\n+BTKEYNTF:0,7\r\n')
    assert asked == [("confirm", MAC, 123456), ("pin", MAC, None), ("show", None, 7)]
    for nonsense in NONSENSE:
        r.say(b"+BTCFMREQ" + nonsense + b"\r\n+BTKEYREQ" + nonsense + b"\r\n")
    assert {who for _, who, _ in asked} <= {MAC, None}
    r.done()


def test_an_access_point_whose_name_is_no_text():
    names = BLUEDROID + (b"+CWSTATE",)
    r = Radio(names, (b"AT+BLEINIT?\r\n", text((b"+BLEINIT:0",))), (b"AT+BLUFI?\r\n", text((b"+BLUFI:0",))),
              (b"AT+BLUFI=1\r\n", OK), (b"AT+CWSTATE?\r\n", text((b'+CWSTATE:2,"\xff\xfe,"',))))  # fmt: skip
    told = []
    it = blufi.Blufi(r.at, progress=lambda what, value: told.append((what, value)))
    assert it.look() and it.ssid == "\xff\xfe,"
    assert told == [("waiting", None), ("joined", it.ssid)]
    r.done()
