"""No secret reaches the page: not in commands, echo, answers, nor in data that is one."""

import pytest

from espsim.trace import Trace
from espsim.web import Watched
from espsim.web.mask import Mask

SECRET = b"hunter2-pass"
LINES = [
    ("tx", b'AT+CWJAP="home","%s"\r\n', b'AT+CWJAP="home","********"\r\n'),
    ("tx", b'AT+CWJAP_DEF="ho\\"me","%s"\r\n', b'AT+CWJAP_DEF="ho\\"me","********"\r\n'),
    ("rx", b'AT+CWJAP="home","%s"\r\r\n', b'AT+CWJAP="home","********"\r\r\n'),
    ("rx", b'+CWSAP:"mine","%s",5,3,4,0\r\n', b'+CWSAP:"mine","********",5,3,4,0\r\n'),
    ("tx", b'AT+CWJEAP="corp",0,"me","me","%s",1\r\n', b'AT+CWJEAP="corp",0,"********","********","********",1\r\n'),
    ("tx", b'AT+MQTTUSERCFG=0,1,"id","","%s",0,0,""\r\n', b'AT+MQTTUSERCFG=0,1,"id","","********",0,0,""\r\n'),
    ("tx", b'AT+MQTTPASSWORD=0,"%s"\r\n', b'AT+MQTTPASSWORD=0,"********"\r\n'),
    ("tx", b'AT+CIPSSLCPSK=0,"%s","hint"\r\n', b'AT+CIPSSLCPSK=0,"********","********"\r\n'),
    ("tx", b'AT+HTTPCLIENT=2,0,"http://x/",,,1,"Authorization: %s"\r\n',
     b'AT+HTTPCLIENT=2,0,"http://x/",,,1,"Authorization: ********"\r\n'),
    ("tx", b"AT+BLESETKEY=%s\r\n", b"AT+BLESETKEY=********\r\n"),
    ("rx", b"smartconfig pswd: x password:%s\r\n", b"smartconfig pswd: x password:********\r\n"),
]


@pytest.mark.parametrize("way, line, shown", LINES)
@pytest.mark.parametrize("step", [1000, 1, 7])
def test_lines(way, line, shown, step):
    mask, line = Mask(), line % SECRET
    pieces = [mask.feed(way, line[at : at + step]) for at in range(0, len(line), step)]
    assert b"".join(pieces) == shown
    assert mask.feed(way, b"AT\r\n") == b"AT\r\n"


def test_what_is_no_secret_passes_at_once():
    mask = Mask()
    for piece in (b"AT+CW", b"LAP\r\n", b'AT+CWJAP?\r\n', b"\x00\xff\r\n", b"AT+CIPSEND=5\r\n", b"hello"):
        assert mask.feed("tx", piece) == piece


def test_secret_payload():
    mask = Mask()
    mask.feed("tx", b"AT+HTTPCHEAD=12\r\n")
    assert mask.feed("rx", b"\r\nOK\r\n\r\n>") == b"\r\nOK\r\n\r\n>"
    assert mask.feed("tx", SECRET[:5]) + mask.feed("tx", SECRET[5:] + b"AT\r\n") == b"*" * 12 + b"AT\r\n"


def test_a_refused_payload_hides_nothing_else():
    mask = Mask()
    mask.feed("tx", b"AT+HTTPCHEAD=12\r\n")
    mask.feed("rx", b"\r\nERROR\r\n")
    mask.feed("rx", b">")
    assert mask.feed("tx", b"AT+GMR\r\n") == b"AT+GMR\r\n"


def test_secret_answer():
    mask = Mask()
    mask.feed("tx", b'AT+SYSMFG=1,"client_key"\r\n')
    shown = mask.feed("rx", b'+SYSMFG:"client_key",1\r\n-----BEGIN KEY\r\n%s\r\n\r\nOK\r\n' % SECRET)
    assert SECRET not in shown and b"BEGIN" not in shown and shown.endswith(b"\r\n\r\nOK\r\n")
    assert mask.feed("rx", b"+SYSRAM:1,2\r\n") == b"+SYSRAM:1,2\r\n"


def test_watched_trace_keeps_the_bytes_and_shows_stars():
    trace = Watched()
    trace.add("tx", b'AT+CWJAP="home","' + SECRET)
    trace.add("tx", b'"\r\n')
    assert SECRET in trace.bytes("tx"), "the file of --trace is whole"
    events, lost = trace.since(0)
    assert lost == 0 and "".join(event.data for event in events) == 'AT+CWJAP="home","********"\r\n'
    assert sum(event.size for event in events) == len(trace.bytes("tx")) == trace.counts["tx"]
    assert SECRET.decode() not in str(trace.shown("esp32-3.4"))
    assert isinstance(trace, Trace)


def test_ring_is_bounded_and_tells_what_is_lost():
    trace = Watched()
    for _ in range(40):
        trace.add("rx", bytes(100_000))
    events, lost = trace.since(0)
    assert trace.kept <= 2 << 20 and lost == 40 - len(trace.ring) > 0
    assert events[0].number == lost + 1 and sum(event.size for event in events) < 500_000
    assert trace.since(40) == ([], 0)
