"""Reports of all kinds, damaged at random and cut anywhere: nothing but events comes of them, and the line stays usable."""

TIMEOUT = 180

from calls import text
from radio import BLUEDROID, NIMBLE, OK, Radio

LINES = (
    b'+BLECONN:0,"24:0a:c4:09:34:23"\r\n', b"+BLECONN:1,-1\r\n", b'+BLEDISCONN:0,"24:0a:c4:09:34:23"\r\n',
    b"+BLECFGMTU:0,203\r\n",
    b"+BLECONNPARAM:0,12,14,12,1,500\r\n", b"+BLECONNPARAM:0,-1\r\n", b"+NOTIFY:0,3,6,4,1234",
    b"+INDICATE:0,3,7,6,\r\nOK\r\n\r\n",
    b"+WRITE:0,1,6,,5,hello\r\n", b"+WRITE:0,1,6,1,2,\1\0", b"+WRITE:0,1,6,1,2,01\r\n", b'+READ:0,"24:0a:c4:09:34:23"\r\n',
    b'+BLESCAN:"24:0a:c4:09:34:23",-29,0201060409616263,020a00,0\r\n', b"+BLESCANDONE\r\n", b"+BLESECREQ:0\r\n",
    b"+BLESECNTFYKEY:0,123456\r\n", b"+BLESECKEYREQ:0\r\n", b"+BLESECNCREQ:0,123456\r\n", b"+BLEAUTHCMPL:0,0\r\n",
    b"+BLESECKEYTYPE:0,16\r\n", b"+BLERDRSSI:0,-40\r\n", b"\r\nready\r\n",
)  # fmt: skip


class Dice:
    """Numbers that look random and are the same everywhere."""

    def __init__(self, seed):
        self.seed = seed

    def roll(self, n):
        self.seed = (self.seed * 1103515245 + 12345) & 0x7FFFFFFF
        return (self.seed >> 8) % n


def damaged(dice, line):
    """A line with some bytes changed, dropped or doubled."""
    line = bytearray(line)
    for _ in range(dice.roll(4)):
        at = dice.roll(len(line))
        kind = dice.roll(4)
        if kind == 0:
            line[at] = dice.roll(256)
        elif kind == 1:
            line[at:] = line[at + 1 :]
        elif kind == 2:
            line[at:] = line[at : at + 1] + line[at:]
        else:
            line[at:] = LINES[dice.roll(len(LINES))]
        line = line or bytearray(b"+")
    return bytes(line)


def settle(r):
    """Let everything be answered that the reports have caused; a block that was never finished is given up."""
    for _ in range(3):
        r.run(1100)


def stand(names):
    """A radio whose script answers whatever is sent."""
    r = Radio(names)

    def write(buf, off, n):
        sent = bytes(buf[off : off + n])
        r.port.say(text((b"+BLEINIT:0",)) if b"?" in sent else b">" if b"ATTR=" in sent else OK)
        return n

    r.port.write = write
    r.at.probe = None
    return r


def play(seed, count):
    dice = Dice(seed)
    r = stand((NIMBLE, BLUEDROID)[seed % 2])
    r.ble.gap_scan(0)
    for _ in range(count):
        piece = damaged(dice, LINES[dice.roll(len(LINES))])
        cut = dice.roll(len(piece) + 1)
        r.port.say(piece[:cut], dice.roll(3), piece[cut:])
        if not dice.roll(4):
            r.run(5)
    settle(r)
    assert not r.at.parser.block and r.at.idle() and not r.conns.jobs
    for event, data in r.events:
        assert 0 < event < 256 and isinstance(data, tuple)
        if event in (1, 2, 7, 8):
            assert len(data[2]) == 6
    r.say(b"\r\n")
    assert r.at.run(b"+X") is not None
    return r


def test_damaged_reports():
    kinds = set()
    for seed in range(60):
        r = play(seed, 60)
        kinds |= {event for event, _ in r.events}
    assert {1, 2, 5, 6, 18, 19, 21, 27, 28, 31, 255} <= kinds, kinds


def test_every_line_cut_everywhere():
    for line in LINES:
        if b"ready" in line:
            continue
        for cut in range(len(line) + 1):
            r = stand(NIMBLE)
            r.say(LINES[0])
            r.say(line[:cut])
            settle(r)
            r.say(b"\r\n" + LINES[3])
            r.port.say(b"+NOTIFY:0,1,1,1,x\r\n")
            settle(r)
            assert (18, (0, 1040, b"x")) in r.events or b"DISCONN" in line, (line, cut, r.events)


def test_the_queue_forgets_nothing_else():
    """However full it was, what comes afterwards is told."""
    r = stand(NIMBLE)
    r.say(LINES[0])
    r.at.claims += 1
    for _ in range(200):
        r.say(b"+NOTIFY:0,1,1,1,x")
    r.at.claims -= 1
    r.take()
    r.say(b"+NOTIFY:0,1,1,1,y")
    assert r.take() == [(18, (0, 1040, b"y"))]
