"""A command that somebody has added to the firmware (guide 6.4): all its forms, its reports, bytes both ways, refusals."""

import high
import play
from espat.block import Block
from espat.errors import AtRefused
from espat.counted import Counted
from high import ask, modem

TIMEOUT = 60
play.join()
assert not modem.has(b"+TEST")
error = high.refused(modem.command, "AT+TEST")
assert error.meaning == "this firmware does not have the command", error.meaning
ask("user_command")


def test_forms():
    assert modem.command("AT+TEST=?") == [b"this cmd is test cmd: +TEST"]
    assert modem.command("AT+TEST?") == [b"this cmd is query cmd: +TEST"]
    assert modem.command(b'+TEST=0,"espressif"') == [b"first parameter is: 0", b"second parameter is: espressif"]
    seen = []
    modem.run(b"+TEST?", each=seen.append)
    assert seen == [b"this cmd is query cmd: +TEST"]
    for text in ("AT+TEST=11", 'AT+TEST="x"', "AT+TEST=1,2,3"):
        assert isinstance(high.refused(modem.command, text), AtRefused)
        high.ready()


def test_two_results():
    """esp_at_response_result() in front of the return value: SEND OK, then OK, and neither is the next command's."""
    for _ in range(3):
        assert b"this cmd is execute cmd: +TEST" in modem.command("AT+TEST")
        assert modem.command("AT+TEST?") == [b"this cmd is query cmd: +TEST"]


def test_reports():
    """What the command says later, at any time, is handed to who has asked for it; also while sockets are at work."""
    told = []
    modem.on(b"+TESTREPORT:", lambda buf, a, b: told.append(bytes(buf[a:b])))
    modem.command('AT+TEST=3,"later"')
    play.until(lambda: modem.step() or len(told) == 3)
    assert told == [b"+TESTREPORT:%d,later" % n for n in range(3)], told
    s, peer = play.pair()
    s.settimeout(5)
    del told[:]
    peer.send(bytes(1000))
    ask("inject", play.hexed(b"\r\n+TESTREPORT:9,between\r\n"))
    got = b""
    while len(got) < 1000:
        got += s.recv(300)
    s.close()
    play.until(lambda: modem.step() or told)
    assert got == bytes(1000) and told == [b"+TESTREPORT:9,between"], told
    modem.off(b"+TESTREPORT:")
    modem.command('AT+TEST=1,"unheard"')
    play.until(lambda: modem.run(b"") == [] and play.now())
    assert len(told) == 1


def test_bytes_both_ways():
    """A data phase, and a report with raw bytes in it."""
    told = []
    counted = Counted(b"+TESTDATA:", sink=lambda buf, off, n: told.append(bytes(buf[off : off + n])))
    modem.parser.register(counted)
    data = b"\r\nOK\r\n>\0"
    modem.command('AT+TEST=10,"12345678"', data=data, end=b"SEND OK")
    play.until(lambda: modem.step() or sum(len(piece) for piece in told) == 8)
    assert b"".join(told) == bytes(reversed(data)), told
    modem.parser.unregister(counted)
    block = Block(b"+TESTDATA:")
    assert modem.run(b'+TEST=10,"12345678"', block.value, 5000, data, b"SEND OK", block=block) == bytes(reversed(data))
    high.ready()
