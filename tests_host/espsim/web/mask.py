"""Hides passwords and keys in what passes over the line, before it reaches anybody's screen.

A line that may hold a secret is kept back until it is complete. What AT+SYSMFG, AT+HTTPCHEAD and the like send or ask
for is hidden whole, with its length kept.
"""
import re

STARS = b"********"
LONGEST = 4096  # bytes of a line that is kept back
# name: how many quoted strings are shown, the rest is hidden
LINES = {
    b"CWJAP": 1, b"CWJAP_CUR": 1, b"CWJAP_DEF": 1, b"CWSAP": 1, b"CWSAP_CUR": 1, b"CWSAP_DEF": 1, b"CWJEAP": 1, b"CWJEAP_CUR": 1,
    b"CWJEAP_DEF": 1, b"MQTTUSERCFG": 1, b"MQTTPASSWORD": 0, b"CIPSSLCPSK": 0, b"CIPSSLCPSKHEX": 0, b"CWSTARTSMART": 0,
    b"WSOPEN": 1,
}  # fmt: skip
NUMBERS = (b"BLESETKEY", b"BLEKEYREPLY", b"BLEAUTHPASSKEY", b"BTSECPARAM")
HEADERS = (b"HTTPCLIENT", b"HTTPGETSIZE", b"HTTPCGET", b"HTTPCPOST", b"HTTPCPUT")
SENDS = (b"MQTTLONGPASSWORD=", b"HTTPCHEAD=", b"WSHEAD=", b"SYSMFG=2,", b"SYSFLASH=1,", b"SYSFLASH=3,")
ASKS = (b"HTTPCHEAD?", b"WSHEAD?", b"SYSMFG=1,", b"SYSFLASH=2,")

NAME = re.compile(rb"(?:AT)?\+([A-Z_]+)[=:]")
STRING = re.compile(rb'"(?:[^"\\\r\n]|\\.)*"?')
HEADER = re.compile(rb'"([A-Za-z0-9-]+):(?!//) ?[^"\r\n]*"?')
SMART = re.compile(rb"(smart ?config.*pass\w*:|password:)[^\r\n]*", re.IGNORECASE)
LAST_NUMBER = re.compile(rb"(\d+)\s*$")
FINALS = (b"OK", b"ERROR", b"FAIL")


def _is_secret(line):
    found = NAME.match(line)
    if found:
        return found[1] in LINES or found[1] in NUMBERS or found[1] in HEADERS
    return line[:6].lower() in (b"smart ", b"smartc", b"passwo")


def hide(line):
    """The line with its secrets as stars."""
    found = NAME.match(line)
    if not found:
        return SMART.sub(rb"\1" + STARS, line)
    name = found[1]
    head, rest = line[: found.end()], line[found.end() :]
    if name in HEADERS:
        return head + HEADER.sub(rb'"\1: ' + STARS + b'"', rest)
    if name in NUMBERS:
        return head + STARS + (b"\r\n" if rest.endswith(b"\n") else b"")
    shown = LINES[name]

    def one(string):
        nonlocal shown
        shown -= 1
        return string[0] if shown >= 0 or string[0] == b'""' else b'"' + STARS + b'"'

    return head + STRING.sub(one, rest)


class _Way:
    """One direction: the line so far, how much of it has been shown."""

    def __init__(self):
        self.line = bytearray()
        self.shown = 0


class Mask:
    """feed() gives what may be shown of the bytes; some come later, with the end of their line."""

    def __init__(self):
        self.ways = {"tx": _Way(), "rx": _Way()}
        self.promised = 0  # bytes of a secret payload, once the module asks for them
        self.payload = 0
        self.asked = False  # the answer under way is a secret

    def feed(self, direction, data):
        out = bytearray()
        while data:
            if direction == "tx" and self.payload:
                taken = min(self.payload, len(data))
                self.payload -= taken
                out += b"*" * taken
                data = data[taken:]
                continue
            end = data.find(b"\n") + 1 or len(data)
            out += self._piece(self.ways[direction], direction, data[:end])
            data = data[end:]
        return bytes(out)

    def _piece(self, way, direction, piece):
        way.line += piece
        complete = way.line.endswith(b"\n") or len(way.line) > LONGEST
        secret = _is_secret(way.line) or (direction == "rx" and self.asked and not self._plain(way.line))
        if secret and not complete:
            return b""
        line = self._hidden(bytes(way.line), direction) if secret else bytes(way.line)
        out = line[way.shown :]
        way.shown += len(piece)
        if complete:
            self._noticed(direction, bytes(way.line).strip())
            way.line.clear()
            way.shown = 0
        elif direction == "rx" and way.line.lstrip(b"\r\n").startswith(b">"):
            self._prompted(way)
        return out

    def _plain(self, line):
        """Part of an answer that is no secret: an empty line, the final result, or what may still become one."""
        text = line.strip()
        return any(final.startswith(text) for final in FINALS) or text.startswith(b"AT+")

    def _hidden(self, line, direction):
        if direction == "rx" and self.asked and not line.startswith(b"AT"):
            head = NAME.match(line)
            end = head.end() if head else 0
            text = line[end:].rstrip(b"\r\n")
            return line[:end] + b"*" * len(text) + line[end + len(text) :]
        return hide(line)

    def _prompted(self, way):
        self.payload, self.promised = self.promised, 0
        way.line.clear()
        way.shown = 0

    def _noticed(self, direction, line):
        """A whole line has passed: what it means for what follows."""
        if direction == "tx":
            text = line[3:] if line.startswith(b"AT+") else b""
            number = LAST_NUMBER.search(text)
            self.promised = int(number[1]) if number and text.startswith(SENDS) else 0
            self.asked = text.startswith(ASKS)
        elif line in FINALS:
            self.asked = False
            if line != b"OK":
                self.promised = 0
