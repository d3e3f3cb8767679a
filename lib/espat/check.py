"""What the command groups share: parameters are checked before anything is sent, answers are read.

Readers are what At.run() takes as parse: they get the answer's lines and raise ValueError when these
cannot be read. Lines that bear no +NAME: are passed over: modules print log texts among their answers.
"""


def integer(value, low, high, omit=False):
    """The int itself when it lies in low..high (a bool as 0 or 1), None when it may be left out (omit).

    Raises TypeError for anything else than a number, ValueError out of range.
    """
    if value is None and omit:
        return None
    if isinstance(value, bool):
        value = int(value)
    if not isinstance(value, int):
        raise TypeError("a number is needed")
    if not low <= value <= high:
        raise ValueError("%d is not in %d..%d" % (value, low, high))
    return value


def string(text, low, high, omit=False):
    """The str or bytes itself when it is low..high bytes long (str as UTF-8), None when it may be left out.

    Raises TypeError for anything else than text, ValueError for a wrong length; never shows the text.
    """
    if text is None and omit:
        return None
    if not isinstance(text, (str, bytes)):
        raise TypeError("text is needed")
    n = len(text.encode() if isinstance(text, str) else text)
    if not low <= n <= high:
        raise ValueError("text of %d bytes; %d..%d are allowed" % (n, low, high))
    return text


def payload(data, high=0x7FFFFFFF):
    """How many bytes of data a data phase will announce: 1 to high.

    data: buffer, or an object with len() and take_into(buf, n), such as block.Source.
    """
    if isinstance(data, str):
        raise TypeError("bytes are needed")
    return integer(len(data), 1, high)


def decode(field):
    """A field of an answer as str: text without its quotes, "" when empty."""
    if field is None:
        return ""
    if isinstance(field, int):
        return str(field)
    return str(field.strip(b'"'), "utf-8")


def tail(lines):
    """What stands behind the colon of the first +NAME: line, bytes."""
    for line in lines:
        at = line.find(b":")
        if at > 0 and line[0] == 43:  # "+"
            return line[at + 1 :]
    raise ValueError("no answer line")


def leading(field):
    """The number a field begins with; a report may stand glued behind it where the module sent no CR LF."""
    a = 1 if field[:1] == b"-" else 0
    b = a
    while field[b : b + 1].isdigit():
        b += 1
    return int(field[:b])


def number(lines):
    """Reader: the only number of the answer."""
    return leading(tail(lines))


def numbers(lines):
    """Reader: the numbers of a one-line answer, a tuple."""
    return tuple([leading(f) for f in tail(lines).rstrip(b", ").split(b",")])


def flag(lines):
    """Reader: 0 or 1 as bool."""
    return number(lines) != 0


def fields(lines):
    """Reader: the values of a one-line answer, a list (see answers.split)."""
    from espat.answers import split

    return split(b":" + tail(lines))


def text(lines):
    """Reader: the one text of the answer, str."""
    return decode(tail(lines))


def addresses(lines):
    """Reader: {"ip": "...", "gateway": "...", "netmask": "...", "ip6ll": ..., "ip6gl": ...}, what there is of them."""
    out = {}
    for line in lines:
        if line[:1] == b"+":
            line = line[line.find(b":") + 1 :]
            a = line.find(b'"')
            key = decode(line[: a - 1]) if a > 0 else "ip"  # firmware to 2.1: the bare address
            out[key] = decode(line[a + 1 : line.find(b'"', a + 1)] if a >= 0 else line)
    if not out:
        raise ValueError("no answer line")
    return out


def rows(head, row, each=None):
    """parse and each of At.run() for an answer of many lines.

    head: what the lines that count begin with. row(line) makes a value of what stands behind head.
    each: called as each(value) line by line; run() then returns how many there were, otherwise a list.
    """
    n = len(head)
    seen = [0, 0]  # lines told to each, lines that could not be read

    def tell(line):
        if line.startswith(head):
            try:
                value = row(line[n:])
            except (ValueError, IndexError, TypeError):
                seen[1] += 1
                return
            seen[0] += 1
            each(value)

    def parse(lines):
        if seen[1]:
            raise ValueError("a line that cannot be read")
        return seen[0] if each else [row(line[n:]) for line in lines if line.startswith(head)]

    return {"parse": parse, "each": tell if each else None}
