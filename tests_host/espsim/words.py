"""Reading the arguments of a set command: AT+X=<here>.

Strings stand in double quotes, a backslash takes the next byte literally, an argument left out is an empty
field. `Args` is a cursor: each call reads the next argument, so the error code carries the right index by itself.
"""
from .codes import INVALID, LENGTH, NUMBER, PARSE, TYPE, AtError

REQUIRED = object()


def split(raw):
    """Cut bytes into (value, quoted) pairs, escapes resolved. AtError(PARSE) on a malformed string."""
    fields = []
    at = 0
    while True:
        reader = _quoted if raw[at : at + 1] == b'"' else _bare
        value, at = reader(raw, at, len(fields))
        fields.append((value, reader is _quoted))
        if at == len(raw):
            return fields
        if raw[at] != 0x2C:
            raise AtError(PARSE, len(fields) - 1)
        at += 1


def _quoted(raw, at, index):
    value = bytearray()
    at += 1
    while at < len(raw):
        byte = raw[at]
        if byte == 0x22:
            return bytes(value), at + 1
        if byte == 0x5C:
            at += 1
            if at == len(raw):
                break
            byte = raw[at]
        value.append(byte)
        at += 1
    raise AtError(PARSE, index)


def _bare(raw, at, index):
    end = raw.find(b",", at)
    end = len(raw) if end < 0 else end
    return raw[at:end], end


def number(value):
    """The integer a bare field stands for (decimal or 0x...), None if it is none."""
    text = value.decode("latin-1")
    digits = text[1:] if text[:1] in ("-", "+") else text
    base = 16 if digits[:2].lower() == "0x" else 10
    body = digits[2:] if base == 16 else digits
    if not body or not body.isalnum() or not body.isascii():
        return None
    try:
        return int(text, base)
    except ValueError:
        return None


class Args:
    """The arguments of one set command, read one after another."""

    def __init__(self, raw):
        self.fields = split(raw) if raw else []
        self.at = 0

    def __len__(self):
        return len(self.fields)

    def left(self):
        return max(0, len(self.fields) - self.at)

    def peek_quoted(self):
        """True if the next argument is a string: some commands decide by that."""
        return self.left() > 0 and self.fields[self.at][1]

    def _next(self, default):
        index = self.at
        self.at += 1
        if index >= len(self.fields):
            if default is REQUIRED:
                raise AtError(NUMBER, (index + 1) << 8 | len(self.fields))
            return index, None
        value, quoted = self.fields[index]
        if value == b"" and not quoted:
            if default is REQUIRED:
                raise AtError(INVALID, index)
            return index, None
        return index, (value, quoted)

    def int(self, low=0, high=0x7FFFFFFF, default=REQUIRED):
        """The next argument as an integer within low..high."""
        index, field = self._next(default)
        if field is None:
            return default
        value, quoted = field
        if quoted:
            raise AtError(TYPE, index)
        parsed = number(value)
        if parsed is None:
            raise AtError(PARSE, index)
        if not low <= parsed <= high:
            raise AtError(INVALID, index)
        return parsed

    def bytes(self, most=255, least=0, default=REQUIRED):
        """The next argument as the bytes of a quoted string of least..most bytes."""
        index, field = self._next(default)
        if field is None:
            return default
        value, quoted = field
        if not quoted:
            raise AtError(TYPE, index)
        if not least <= len(value) <= most:
            raise AtError(LENGTH, index)
        return value

    def text(self, most=255, least=0, default=REQUIRED):
        """The next argument as str (bytes beyond ASCII stay readable as latin-1)."""
        value = self.bytes(most, least, default)
        return value if value is default else value.decode("latin-1")

    def choice(self, *allowed, default=REQUIRED):
        """The next argument as one of the strings `allowed`, compared without regard to case."""
        index = self.at
        value = self.text(default=default)
        if value is default:
            return default
        for name in allowed:
            if name.lower() == value.lower():
                return name
        raise AtError(INVALID, index)

    def reject(self, sub=INVALID):
        """The error for the argument just read."""
        return AtError(sub, self.at - 1)

    def end(self):
        """There must be no argument left."""
        if self.at < len(self.fields):
            raise AtError(NUMBER, self.at << 8 | len(self.fields))
