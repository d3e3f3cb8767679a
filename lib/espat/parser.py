"""Bytes in, events out: what the module sends, cut into what it means.

Order of trial, for the byte that comes next:
 1. a counted block is open: its bytes go to its owner, whatever they look like;
 2. passthrough is on: all bytes go to its owner;
 3. at the start of a line, CR, LF, NUL and blanks mean nothing (old firmware's prompt is `> `);
 4. there, `>` is the prompt while one is awaited (one byte, nothing follows it);
 5. the head of a registered counted block (`+IPD,0,5:`) opens that block;
 6. everything else up to LF is a line; CR and NUL at its end do not belong to it.
"Need more" is the normal state between two bytes, so a cut anywhere changes nothing. Lines that lie
whole in the chunk are handed on where they lie; only a line cut by a chunk's end is copied.
The parser knows neither port nor clock, and it allocates nothing.
"""

from micropython import const

_LF = const(10)
_CR = const(13)
_BLANK = const(0x20)
_PLUS = const(0x2B)
_COMMA = const(0x2C)
_COLON = const(0x3A)
_PROMPT = const(0x3E)
_O = const(0x4F)


class Parser:
    """Cuts the byte stream; hands lines and prompts to `owner`, blocks to the Counted they belong to.

    owner: object with on_line(buf, a, b), on_prompt() and on_cut(n) (n bytes of an over-long line dropped).
    line: longest line in bytes.
    """

    def __init__(self, owner, line=320):
        self.owner = owner
        self.prompt = False  # a prompt is awaited
        self.raw = None  # sink(buf, off, n) while passthrough is on
        self.block = None  # the Counted whose bytes are coming
        self.left = 0  # how many of them are still to come
        self.ended = None  # the Counted whose bytes have all come; what follows shows whether there were enough
        self._cr = False  # and CR has come
        self._counted = []
        self._line, self.room = bytearray(line), line
        self._len = 0  # bytes of a line that began in an earlier chunk
        self._cut = 0  # bytes of it that found no room
        self._buf = None
        self._at = self.n = 0  # what of the chunk is still to be parsed: from _at up to n

    def register(self, counted, first=False):
        """Recognise this Counted from now on, behind all others, or before them."""
        self._counted.insert(0 if first else len(self._counted), counted)

    def unregister(self, counted):
        """No longer recognise it."""
        self._counted.remove(counted)

    def feed(self, buf, n):
        """Parse buf[0:n]; buf must stay untouched until all is parsed: behind an interrupt run() goes on."""
        self.lend(buf)
        self.n = n
        self.run()

    def lend(self, buf):
        """What is parsed next will lie in buf; as soon as `n` tells how many bytes, run() parses them."""
        self.n = 0
        self._buf = buf
        self._at = 0

    def run(self):
        """Parse what feed() was given. Positions advance before anything is called, so an exception raised in a callback
        loses at most that one event; behind KeyboardInterrupt, which may strike anywhere, it comes again."""
        while self._at < self.n:
            if self.block:
                self._take_block()
            elif self.ended:
                self._take_tail()
            elif self.raw:
                at = self._at
                self._at = self.n
                self.raw(self._buf, at, self.n - at)
            elif self._len or self._cut:
                self._take_rest()
            else:
                self._take_line()

    def drop(self):
        """The rest of the open block will not come: what follows is lines again. For who has a clock."""
        block, n = self.block, self.left
        self.block = None
        self.left = 0
        self.owner.on_cut(n)
        block.torn(n)

    def _take_block(self):
        at = self._at
        n = min(self.n - at, self.left)
        try:
            if n:
                self.block.data(self._buf, at, n)
            self._at = at + n
            self.left -= n
        except Exception:
            self._at = at + n
            self.left -= n
            raise
        if not self.left:
            self._opened()

    def _take_tail(self):
        # a byte lost on the line has made the block swallow a CR, an additional one stands before it
        c = self._buf[self._at]
        block = self.ended
        if not self._cr and c == _CR:
            self._at += 1
            self._cr = True
        elif self._cr and c == _LF:
            self._at += 1
            self.ended = None
            block.end()
        elif self._cr or block.tail == 1 or c <= _BLANK or c == _O:
            self.ended = None
            block.torn(0)
        else:
            self.ended = None
            block.end()

    def _opened(self):
        # the position is behind the head, or behind some of the bytes
        if not self.left:
            block = self.block
            self.block = None
            if block.tail:
                self.ended = block
                self._cr = False
            else:
                block.end()

    def _open_block(self, buf, a, b, start):
        # whether a counted block's head ends before b; start: what is to be added to an offset in buf for one in the chunk
        for c in self._counted:
            n = len(c.prefix)
            if b - a > n and buf.startswith(c.prefix, a):
                at = c.head(buf, a, b)
                if at > 0:
                    self.block = c
                    self.left = c.size
                    self._len = 0
                    self._at = at + start
                    return True
                if at == 0:
                    return False
        return False

    def _take_line(self):
        buf = self._buf
        a = self._at
        n = self.n
        first = buf[a]
        while first <= _BLANK and (first == _CR or first == _LF or first == _BLANK or not first):
            a += 1
            if a == n:
                self._at = a
                return
            first = buf[a]
        if first == _PROMPT and self.prompt:
            self.prompt = False
            self._at = a + 1
            try:
                self.owner.on_prompt()
            except KeyboardInterrupt:
                self.prompt = True
                self._at = a
                raise
            return
        lf = buf.find(b"\n", a, n)
        if first == _PLUS and self._open_block(buf, a, min(n if lf < 0 else lf, a + self.room), 0):
            self._opened()
            return
        if lf < 0:
            self._keep(a, n)
            return
        self._at = lf + 1
        cut = lf - a - self.room
        try:
            if cut > 0:
                self.owner.on_cut(cut)
                lf -= cut
            self._emit(buf, a, lf)
        except KeyboardInterrupt:
            self._at = a
            raise

    def _keep(self, a, b):
        # copy what there is of an unfinished line; a loop, because a slice allocates
        buf = self._buf
        line = self._line
        room = len(line)
        n = self._len
        while a < b:
            if n < room:
                line[n] = buf[a]
                n += 1
            else:
                self._cut += 1
            a += 1
        self._len = n
        self._at = b

    def _take_rest(self):
        # a line that began in an earlier chunk goes on
        buf = self._buf
        a = self._at
        lf = buf.find(b"\n", a, self.n)
        end = self.n if lf < 0 else lf
        if self._line[0] == _PLUS and not self._cut:
            while a < end:
                c = buf[a]
                a += 1
                self._keep(a - 1, a)
                if (c == _COMMA or c == _COLON) and self._open_block(self._line, 0, self._len, a - self._len):
                    self._opened()
                    return
        else:
            self._keep(a, end)
        if lf >= 0:
            self._at = lf + 1
            n = self._len
            cut = self._cut
            self._len = self._cut = 0
            try:
                if cut:
                    self.owner.on_cut(cut)
                self._emit(self._line, 0, n)
            except KeyboardInterrupt:
                self._len = n
                self._cut = cut
                self._at = lf
                raise

    def _emit(self, buf, a, b):
        while b > a and (buf[b - 1] == _CR or buf[b - 1] == 0):
            b -= 1
        if b > a:
            self.owner.on_line(buf, a, b)
