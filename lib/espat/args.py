"""AT parameters, both ways: quoting and escaping what is sent, splitting what comes back.

The module unescapes what it is sent (guide 3.15) but never escapes what it answers, so an SSID with
a quote or a comma in it arrives raw: such answers are cut from both ends, never by their quotes.
"""

from micropython import const

_LINE = const(254)  # the module takes 256 bytes a line, CR LF included
_QUOTE = const(34)
_COMMA = const(44)
_BACKSLASH = const(92)


def quote(text):
    """Text as an AT string: in quotes, with quote, comma and backslash escaped.

    text: str (sent as UTF-8) or bytes. Raises ValueError for CR, LF and NUL, which no escape carries.
    """
    if isinstance(text, str):
        text = text.encode()
    out = bytearray(b'"')
    for c in text:
        if c in b"\r\n\0":
            raise ValueError("CR, LF or NUL in a parameter")
        if c == _QUOTE or c == _COMMA or c == _BACKSLASH:
            out.append(_BACKSLASH)
        out.append(c)
    out.append(_QUOTE)
    return bytes(out)


def join(name, *params):
    """A set command: name, then the parameters with commas between; trailing None are left out.

    name: bytes such as b"+CWJAP". params: int or bool as digits, str or bytes quoted, None empty.
    Raises ValueError when the line would be longer than the module takes (256 bytes).
    """
    n = len(params)
    while n and params[n - 1] is None:
        n -= 1
    parts = []
    for p in params[:n]:
        if p is None:
            parts.append(b"")
        elif isinstance(p, (int, bool)):  # MicroPython's bool is no int
            parts.append(b"%d" % p)
        else:
            parts.append(quote(p))
    text = name + b"=" + b",".join(parts)
    if len(text) + 2 > _LINE:
        raise ValueError("command line longer than 256 bytes")
    return text


def digits(buf, at, number):
    """Write a non-negative number into buf at an offset, decimal; returns the offset behind it."""
    size = 1
    rest = number // 10
    while rest:
        size += 1
        rest //= 10
    end = at + size
    i = end - 1
    while i >= at:
        buf[i] = 48 + number % 10
        number //= 10
        i -= 1
    return end


def number(buf, a, b):
    """The decimal number that stands alone in buf[a:b], or -1 when it is none; allocates nothing."""
    if a >= b or b - a > 9:
        return -1
    value = 0
    while a < b:
        d = buf[a] - 48
        if d < 0 or d > 9:
            return -1
        value = value * 10 + d
        a += 1
    return value


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
