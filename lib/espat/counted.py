"""Messages with raw bytes in them whose length stands in their head, as the parser knows them. Sockets have their own,
see net/link.py.
"""

from micropython import const

from espat.args import number

_QUOTE = const(34)


class Counted:
    """A message with raw bytes whose length stands in its head, such as +CIPRECVDATA:5,hello.

    prefix: how the message begins, bytes with its separator. size_at: which comma-separated field
    behind the prefix is the length. fields: how many fields stand before the bytes.
    sink: called as sink(buf, off, n) for every piece, or None; end(): called behind the last byte. tail: 1 when CR LF must
    follow the bytes, 2 when a report may; else bytes are missing or too many, and torn(0) is called. 0: nobody knows.
    """

    tail = 0

    def __init__(self, prefix, size_at=0, fields=1, sink=None):
        self.prefix = prefix
        self.size_at = size_at
        self.fields = fields
        self.size = 0  # length of the block whose head was read last
        if sink:
            self.data = sink

    def head(self, buf, a, b):
        """Read the head in buf[a:b]: offset behind it, 0 when it is not complete, -1 when it is none.

        Fields may be numbers, empty or quoted (a quote ends where a comma follows); the length is a number.
        """
        start = a + len(self.prefix)
        i = 0
        self.size = -1
        while i < self.fields:
            if start < b and buf[start] == _QUOTE:  # an MQTT topic may have commas in it
                at = buf.find(b'",', start + 1, b) + 1
            else:
                at = buf.find(b",", start, b)
            if at <= 0:
                return 0
            if i == self.size_at:
                self.size = number(buf, start, at)
            start = at + 1
            i += 1
        return start if self.size >= 0 else -1

    def data(self, buf, off, n):
        """Bytes off..off+n of buf belong to the block; they are valid during the call only."""

    def end(self):
        """The block is complete."""

    def torn(self, n):
        """The last n bytes of the block will not come."""
