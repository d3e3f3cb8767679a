"""Filters for messages: pairs of POSIX basic regular expressions, as AT+SYSMSGFILTERCFG takes them."""
import re

CLASSES = {b"digit": b"0-9", b"alpha": b"a-zA-Z", b"alnum": b"0-9a-zA-Z", b"upper": b"A-Z", b"lower": b"a-z", b"space": rb"\s"}
BRACKET = re.compile(rb"\[(\^?)(\]?(?:\[:\w+:\]|[^\]])*)\]", re.DOTALL)


def translate(pattern):
    """A compiled regular expression for a POSIX basic one; re.error if it is none."""
    out, at = bytearray(), 0
    while at < len(pattern):
        byte = pattern[at : at + 1]
        step = 1
        if byte == b"\\":
            byte, step = pattern[at + 1 : at + 2], 2
            if not byte:
                raise re.error("trailing backslash")
            out += byte if byte in b"(){}" else b"\\" + byte if byte in b"123456789" else re.escape(byte)
        elif byte == b"[":
            found = BRACKET.match(pattern, at)
            if not found:
                raise re.error("unbalanced bracket")
            out += b"[" + found[1] + _inside(found[2]) + b"]"
            step = len(found[0])
        elif byte == b"$":
            out += rb"\Z" if at == len(pattern) - 1 else rb"\$"
        elif byte == b"^":
            out += b"^" if at == 0 else rb"\^"
        elif byte == b"*" and pattern[:at] in (b"", b"^"):
            out += rb"\*"
        else:
            out += byte if byte in b".*" else re.escape(byte)
        at += step
    return re.compile(bytes(out), re.DOTALL)


def _inside(text):
    """What stands in brackets, for Python: only classes and ranges are special in a POSIX one."""
    pieces = re.split(rb"\[:(\w+):\]", text)
    plain = [re.sub(rb"([\\\[\]])", rb"\\\1", piece) for piece in pieces[0::2]]
    classes = [CLASSES.get(name) for name in pieces[1::2]]
    if None in classes:
        raise re.error("unknown class")
    return b"".join(part for pair in zip(plain, [*classes, b""], strict=True) for part in pair)


class Filter:
    def __init__(self, head, tail):
        self.pair = (head, tail)
        self.head, self.tail = (translate(one) if one else None for one in (head, tail))

    def apply(self, data):
        """What is left of a message; None if the filter does not match."""
        start, end = 0, len(data)
        if self.head:
            found = self.head.search(data)
            if not found:
                return None
            start = found
        if self.tail:
            found = self.tail.search(data, start.end() if self.head else 0)
            if not found:
                return None
            end = found
        if self.tail:
            data = data[: end.start()] + data[end.end() :]
        return data[: start.start()] + data[start.end() :] if self.head else data
