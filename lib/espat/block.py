"""Answers with raw bytes in them, and payloads that are not in memory.

Block and Rest are what At.run() takes as block. They live for one command.
"""

from micropython import const

from espat.counted import Counted

_LF = const(10)
_COLON = const(58)


class Block(Counted):
    """The bytes of a counted answer (one or several heads), handed on piece by piece, put into a buffer or gathered.

    prefix, size_at, fields: see Counted. sink: function called as sink(buf, off, n), with buf valid during
    the call only; or a writable buffer, filled from its start; or None: gather.
    count: bytes seen so far.
    """

    tail = 2

    def __init__(self, prefix, sink=None, size_at=0, fields=1):
        Counted.__init__(self, prefix, size_at, fields)
        self.count = 0
        self._whole = True
        self._sink = sink if callable(sink) else None
        self._into = memoryview(sink) if sink is not None and not callable(sink) else None
        self._got = bytearray() if sink is None else None

    def data(self, buf, off, n):
        """Take a piece."""
        if self._sink:
            self._sink(buf, off, n)
        elif self._into is None:
            self._got.extend(memoryview(buf)[off : off + n])
        elif self.count + n <= len(self._into):
            self._into[self.count : self.count + n] = memoryview(buf)[off : off + n]
        self.count += n

    def torn(self, n):
        """Bytes were lost on the line, or there are too many."""
        self._whole = False

    def value(self, lines):
        """Reader: the bytes when they were gathered, else their number; ValueError when the buffer was too small, or
        not all of them have come."""
        if not self._whole:
            raise ValueError("bytes were lost")
        if self._into is not None and self.count > len(self._into):
            raise ValueError("more bytes than room")
        return self.count if self._got is None else bytes(self._got)


class Rest(Counted):
    """What stands behind +NAME: up to the end of the line, however long the line is (the parser's own lines are not).

    parser: the runner's. name: bytes without the colon. each: called as each(text) for every such line,
    text a bytearray; without it they are kept in `lines`.
    """

    def __init__(self, parser, name, each=None):
        Counted.__init__(self, name, 0, 0)
        self.lines = []
        self._parser = parser
        self._each = each or self.lines.append
        self._line = bytearray()

    def head(self, buf, a, b):
        """The head ends with its colon."""
        at = a + len(self.prefix)
        self.size = 1
        return at + 1 if buf[at] == _COLON else -1

    def whole(self, line):
        """Whether the line feed that has come ends the text (a filter's own text may have line feeds)."""
        return True

    def data(self, buf, off, n):
        """Take one byte and ask the parser for one more, until the line is whole."""
        self._line.append(buf[off])
        if buf[off] != _LF or not self.whole(self._line):
            self._parser.left += 1

    def end(self):
        """The line is whole: hand it on without its CR LF."""
        n = len(self._line)
        while n and self._line[n - 1] in b"\r\n\0":
            n -= 1
        line = self._line[:n]
        self._line = bytearray()
        self._each(line)


class Source:
    """A payload read from a stream while it is sent; data= of At.run().

    stream: object with readinto(buf). size: how many bytes it holds. When it ends early the rest is sent as
    NUL bytes (the module waits for every announced byte, without time-out) and `short` tells how many.
    progress: called as progress(sent) after every piece.
    """

    def __init__(self, stream, size, progress=None):
        self.short = 0
        self._stream = stream
        self._size = size
        self._left = size
        self._progress = progress

    def __len__(self):
        return self._size

    def take_into(self, buf, n):
        """Move up to n bytes to the start of buf; returns the count."""
        n = min(n, self._left)
        got = 0 if self.short else self._stream.readinto(memoryview(buf)[:n]) or 0
        if not got:
            got = n
            self.short += n
            for i in range(n):
                buf[i] = 0
        self._left -= got
        if self._progress:
            self._progress(self._size - self._left)
        return got
