"""Replays a transcript (tests_host/transcripts) into the real parser and engine, and tells what came out.

The reports and counted blocks are registered as links, wifi, mqtt and ble register theirs. There is no
clock: a command without a final result is ended as timed out when the log goes on to the next one.
"""

import json

import outcomes as eng
from espat.engine import Engine
from espat.net.link import Data
from espat.counted import Counted
from espat.parser import Parser

REPORTS = (
    b"0,", b"1,", b"2,", b"3,", b"4,", b"CONNECT", b"CLOSED", b"+LINK_CONN:", b"WIFI ", b"+STA_", b"+DIST_STA_IP:",
    b"+MQTTCONNECTED:", b"+MQTTDISCONNECTED:", b"+BLESCAN:", b"+BLECONN:", b"+BLEDISCONN:",
)  # fmt: skip
FINALS = ("OK", "ERROR", "FAIL", "SEND OK", "SEND FAIL", "SET OK", "WRITE OK")


def latin(data):
    """bytes -> str, one character a byte."""
    return "".join([chr(c) for c in data])


def raw(text):
    """The same backwards."""
    return bytes([ord(c) for c in text])


def pending(parser):
    """Bytes of an unfinished line."""
    return bytes(parser._line[: parser._len])


def load(path):
    """A transcript as a dict; bytes where the log is bytes."""
    with open(path) as f:
        case = json.load(f)
    for entry in case["log"]:
        entry["data"] = raw(entry["data"])
    return case


def spy(block, done):
    """Make a Counted keep its head (text) and bytes (got), and call done(block) at its end."""
    read_head = block.head

    def head(buf, a, b):
        at = read_head(buf, a, b)
        if at > 0:
            block.text = bytes(buf[a:at])
            block.got = b""
        return at

    def data(buf, off, n):
        block.got += bytes(buf[off : off + n])

    def end():
        assert len(block.got) == block.size
        done(block)

    block.head = head
    block.data = data
    block.end = end
    return block


class Nobody:
    """Links that nobody uses; tells which one was asked for last."""

    def __init__(self):
        self.table = self
        self.link = None

    def __len__(self):
        return 16

    def __getitem__(self, index):
        self.link = index


class Replay:
    """One replay of `case`; cut: how a piece of rx is handed over, a function bytes -> list of bytes.

    What came out: responses (dicts as in the transcripts, with outcome), urcs, ipd, stray.
    unsent: texts of the log that the library would not send.
    """

    def __init__(self, case, cut, unsent=()):
        self.parser = Parser(None)
        self.engine = self.parser.owner = Engine(self.parser)
        self.engine.stray = self._stray
        self.engine.on_reset(self._ready)
        for prefix in REPORTS:
            self.engine.on(prefix, self._report)
        self.engine.on(b"+IPD,", self._notice)
        data = spy(Data(b"+CIPRECVDATA", None), self._answer_block)
        data.info = any(e["dir"] == "rx" and b'+CIPRECVDATA:' in e["data"] and b'",' in e["data"] for e in case["log"])
        self.links = Nobody()
        ipd = spy(Data(b"+IPD,", self.links, True), self._ipd_block)
        mqtt = spy(Counted(b"+MQTTSUBRECV:", 2, 3), self._report_block)
        blufi = spy(Counted(b"+BLUFIDATA:"), self._report_block)
        for block in (data, ipd, mqtt, blufi):
            self.parser.register(block)
        self.responses = []
        self.urcs = []
        self.ipd = []
        self.stray = []
        self.lines = None  # of the command under way
        self._run(case["log"], cut, unsent, case["expect"]["responses"])

    # -- what engine and blocks call

    def _line(self, buf, a, b):
        self.lines.append(latin(buf[a:b]))

    def _stray(self, buf, a, b):
        self.stray.append(latin(buf[a:b]))

    def _ready(self):
        self.urcs.append("ready")

    def _report(self, buf, a, b):
        text = latin(buf[a:b])
        if self.lines and self.lines[-1] == text and self.engine.phase:
            self.lines.pop()  # answer and report at once (+BLECONN): the transcripts name it once
        self.urcs.append(text)

    def _notice(self, buf, a, b):
        fields = latin(buf[a + 5 : b]).split(",")
        self.ipd.append({"link": int(fields[0]), "len": int(fields[1]), "data": None, "passive": True})

    def _ipd_block(self, block):
        self.ipd.append({"link": self.links.link, "len": block.size, "data": latin(block.got)})

    def _report_block(self, block):
        self.urcs.append(latin(block.text + block.got))

    def _answer_block(self, block):
        self.lines.append(latin(block.text + block.got))

    # -- the log

    def _run(self, log, cut, unsent, expected):
        e = self.engine
        for i, entry in enumerate(log):
            data = entry["data"]
            if entry["dir"] == "rx":
                for piece in cut(data):
                    self.parser.feed(piece, len(piece))
                    assert self.parser._at == self.parser.n
                self._note()
            elif e.phase == eng.DATA:
                self._payload(data)
            elif data not in unsent:
                self._give_up()
                self._start(data, log[i + 1 :], expected[len(self.responses)])
        self._give_up()
        assert not pending(self.parser) and not self.parser.block

    def _start(self, cmd, rest, expected):
        self.lines = []
        self.responses.append({"command": latin(cmd).rstrip(), "lines": self.lines, "prompt": False, "outcome": None})
        payload = None
        end = b"OK"
        if cmd.startswith(b"AT+CIPSEND"):
            end = b"SEND OK"
            payload = b""
            if b"=" in cmd:
                fields = cmd[cmd.find(b"=") + 1 :].split(b",")
                n = int(fields[1 if len(fields) > 1 else 0])
                if expected.get("prompt"):
                    payload = self._payload_of(rest, n)
                else:
                    payload = bytes(n)
        self.engine.start(cmd, len(cmd), self._line, payload, len(payload or b""), end)
        self.engine.tx_n = 0  # written

    def _payload_of(self, rest, n):
        out = b""
        for entry in rest:
            if entry["dir"] == "tx" and len(out) < n:
                out += entry["data"]
        assert len(out) >= n, "the log does not hold the payload"
        return out[:n]

    def _payload(self, data):
        # what is written at the prompt; the logs' programs wrote a CR LF too many at times
        e = self.engine
        n = min(len(data), e.tx_n)
        assert bytes(e.tx[e.tx_at : e.tx_at + n]) == data[:n]
        e.tx_at += n
        e.tx_n -= n

    def _note(self):
        r = self.responses[-1] if self.responses else None
        if not r or r["outcome"] is not None:
            return
        if self.engine.phase == eng.DATA or r["command"] == "AT+CIPSEND" and not self.engine.phase:
            r["prompt"] = True
        if not self.engine.phase:
            r["outcome"] = self.engine.outcome
            r["busies"] = self.engine.busies
            self.lines = []

    def _give_up(self):
        e = self.engine
        if e.phase:
            e.finish(eng.BUSY if e.busy else eng.TIMEOUT)
            self._note()
