"""The fields of an answer as values; loaded by what asks the module something, sockets do not.

The module never escapes what it answers, so an SSID with a quote or a comma in it arrives raw: such answers are cut
from both ends, never by their quotes.
"""

from micropython import const

_QUOTE = const(34)


def value(field):
    """One field of an answer as a Python value: int, None when empty, else bytes without quotes."""
    if not field:
        return None
    if field[0] == _QUOTE and len(field) > 1 and field[-1] == _QUOTE:
        return field[1:-1]
    try:
        return int(field, 0) if field[:2] in (b"0x", b"0X") else int(field)
    except ValueError:
        return field


def split(line, head=0):
    """The fields of an answer such as b'+CIPSTATE:0,"TCP","10.0.0.2",80,5000,0', as values.

    line: bytes. head: offset at which the fields begin; 0 = behind the first colon.
    A quote ends where a comma or the end follows it. Answers with free text in the middle: ends().
    """
    if not head:
        head = line.find(b":") + 1
    out = []
    a = head
    n = len(line)
    while a <= n:
        if line[a : a + 1] == b'"':
            b = line.find(b'",', a + 1)
            b = n if b < 0 else b + 1
        else:
            b = line.find(b",", a)
            if b < 0:
                b = n
        out.append(value(line[a:b]))
        a = b + 1
    return out


def ends(line, left, right):
    """The fields of an answer whose middle field is free text, cut from both ends.

    line: bytes behind the colon. left, right: number of fields before and behind the free one.
    Returns a list of left + 1 + right values; raises ValueError when there are too few commas.
    """
    out = []
    for _ in range(left):
        at = line.find(b",")
        if at < 0:
            raise ValueError("too few fields")
        out.append(value(line[:at]))
        line = line[at + 1 :]
    tail = []
    for _ in range(right):
        at = line.rfind(b",")
        if at < 0:
            raise ValueError("too few fields")
        tail.append(value(line[at + 1 :]))
        line = line[:at]
    out.append(value(line))
    while tail:
        out.append(tail.pop())
    return out
