"""The part of a socket that waits and reads; sock.py adds the rest.

What the calls return and raise is what MicroPython's own (lwIP) sockets return and raise: read() and its
kin give None when a non-blocking socket has nothing, recv() and its kin raise EAGAIN.
"""

import io

from micropython import const

from espat.ticks import ticks_add, ticks_diff, ticks_ms
from espat.turn import turn

# state of a link, see link.py
_OPEN = const(2)
_OPENING = const(1)

_READ = const(1)
_WRITE = const(2)
_CONNECT = const(3)
_DRAIN = const(4)

_LONGEST = const(0xFFFFFFF)  # ms that ticks can tell: three days
_EBADF = const(9)
_EAGAIN = const(11)
_ENOTCONN = const(107)
_ETIMEDOUT = const(110)

# MicroPython's stream protocol needs IOBase first in line; CPython's would close sockets when they are collected, and
# many CircuitPython boards have none
_Stream = getattr(io, "IOBase", object)
if hasattr(_Stream, "closed"):
    _Stream = object


def would_block():
    """What recv() and send() raise when they would have to wait and must not."""
    return OSError(_EAGAIN, "EAGAIN")


class Reading(_Stream):
    """A socket's link, its waits and its reads.

    links: table of links. A Socket holds a link and the serial number of its use, so one that outlives its
    connection cannot touch the next. udp: the module with a datagram socket's calls, None for streams.
    """

    def __init__(self, links):
        self.links = links
        self.at = links.at
        self.link = None
        self.udp = None
        self.timeout = None  # ms; None: waits for ever, 0: does not wait
        self._serial = 0
        self._closed = False

    def settimeout(self, seconds):
        """None: wait for ever; 0: never wait; else seconds until ETIMEDOUT."""
        self.timeout = min(int(seconds * 1000 + 0.999), _LONGEST) if seconds else seconds

    def setblocking(self, flag):
        """settimeout(None) or settimeout(0)."""
        self.timeout = None if flag else 0

    # -- waiting

    def live(self):
        """The link, if it is still ours; raises EBADF or ENOTCONN."""
        if self._closed:
            raise OSError(_EBADF, "EBADF")
        link = self.link
        if not link:
            raise OSError(_ENOTCONN, "ENOTCONN")
        if link.serial != self._serial:
            raise OSError(_EBADF, "EBADF")
        return link

    def trouble(self):
        """Raise what went wrong with the link, once."""
        link = self.link
        code = link.error
        if code:
            link.error = 0
            raise OSError(code, link.why or "the link has failed; %d bytes are known to have been sent" % link.sent)

    def _done(self, what):
        link = self.link
        if what == _READ:
            return link.readable()
        if what == _WRITE:
            return link.state != _OPENING and (link.state != _OPEN or link.error or self.links.room(link) > 0)
        if what == _CONNECT:
            return link.state != _OPENING
        return not self.links.sending(link) or link.error

    def wait(self, what):
        """Let the module work until _READ, _WRITE, _CONNECT or _DRAIN holds; False: a socket that does not wait
        would have to. Raises ETIMEDOUT."""
        at = self.at
        self.links.go(self.link)
        at.step()
        if self._done(what):
            return True
        self.links.flush(self.link)
        if what == _READ:
            self.links.want()
        timeout = self.timeout
        if timeout == 0:
            at.step()
            return self._done(what)
        if timeout is None:
            while not self._done(what):
                at.wait()
                if what == _READ and not self.links.wanted:
                    self.links.want()
            return True
        deadline = ticks_add(ticks_ms(), timeout)
        while not self._done(what):
            at.wait()
            if what == _READ:
                self.links.want()
            if ticks_diff(deadline, ticks_ms()) <= 0 and not self._done(what):
                raise OSError(_ETIMEDOUT, "ETIMEDOUT")
        return True

    def _unread(self):
        # the link, unless somebody waits for its bytes already
        link = self.live()
        if link.buf is not None:
            raise RuntimeError("another thread reads from this socket")
        return link

    def readable(self):
        """The link once something can be read, or the end; None when a socket that does not wait has nothing."""
        link = self._unread()
        if not self.wait(_READ):
            return None
        if not link.rx.n:
            self.trouble()
        return link

    # -- reading

    def _receive(self, buf, n, strict):
        # up to n bytes to the start of buf; when it would have to wait None, or EAGAIN if strict. Ctrl-C waits for the next call.
        at = self.at
        if at.struck:
            at.struck = False
            raise KeyboardInterrupt
        link = self._unread()
        if self.timeout != 0 and not self.udp:  # the step that ends a piece fills buf, before the next command
            link.room = n
            link.buf = buf
        got = 0
        try:
            if not self.wait(_READ):
                if strict:
                    raise would_block()
                return None
            link.buf = None
            if not (link.rx.n or link.count):
                self.trouble()
            if self.udp:
                return self.udp.recv_into(self, link, buf, n)
            got = link.count
            if got:
                link.count = 0
            else:
                got = link.rx.take_into(buf, n)
            if link.waiting:
                at.step()  # the next piece is on its way while the program looks at this one
            return got
        except BaseException as e:
            link.buf = None
            got = got or link.count
            link.count = 0
            if not got or not isinstance(e, (KeyboardInterrupt, OSError)):
                raise
            at.struck = at.struck or isinstance(e, KeyboardInterrupt)
            return got

    def recv_into(self, buf, n=0):
        """Receive up to n (0: as many as fit) bytes into buf; returns the count, 0 at the end."""
        with turn:
            return self._receive(buf, min(n, len(buf)) or len(buf), True)

    def recv(self, n, flags=0):
        """Receive up to n bytes; b"" at the end. flags: MSG_PEEK, MSG_DONTWAIT."""
        return self.recvfrom(n, flags)[0]

    def recvfrom(self, n, flags=0):
        """Receive up to n bytes (what of a datagram does not fit is lost) and the sender's address."""
        if flags:
            from espat.net import options

            return options.receive(self, n, flags)
        with turn:
            link = self.readable()
            if link is None:
                raise would_block()
            return self.udp.recv(self, link, n) if self.udp else (link.rx.take(n), self.peer)

    def readinto(self, buf, n=None):
        """Fill buf (or n bytes of it), fewer at the end; None when nothing is there and it does not wait."""
        n = len(buf) if n is None else min(n, len(buf))
        with turn:
            got = self._receive(buf, n, False)
            while got and got < n and not self.udp:
                link = self.readable()
                if link is None or not link.rx.n:
                    break
                got += link.rx.take_into(memoryview(buf)[got:n], n - got)
            return got

    def read(self, n=-1):
        """Read exactly n bytes (without n all until the end); fewer at the end; when it does not wait, what
        there is, or None."""
        return self._join(-1 if n is None else n, False)

    def readline(self, limit=-1):
        """Read through the next newline; a shorter piece at the end, at the limit, or when it does not wait."""
        return self._join(limit, True)

    def _join(self, n, line):
        # pieces until n bytes (-1: no limit), the end, or a newline if line; of datagrams the next one
        out = b""
        parts = None
        with turn:
            while n:
                link = self.readable()
                if link is None:
                    if not out:
                        return None
                    break
                if self.udp:
                    return self.udp.recv(self, link, n)[0]
                k = link.rx.n if n < 0 else n
                piece = link.rx.take(k, line)
                if not piece:
                    break
                if not out:
                    out = piece
                elif parts:
                    parts.append(piece)
                else:
                    parts = [out, piece]
                n -= len(piece) if n > 0 else 0
                if line and piece[-1] == 10:
                    break
        return b"".join(parts) if parts else out
