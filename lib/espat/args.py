"""What a command's parameters are made of: quoting and escaping text, writing and reading digits.

The module unescapes what it is sent (guide 3.15).
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
