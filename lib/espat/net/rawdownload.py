"""A download as a plain pipe: the module's message filters leave nothing on the line but the resource (guide 4.1.1).

    with rawdownload.open(modem, "http://192.168.1.9/image.bin") as stream:
        n = stream.readinto(buf)                # 0 at the end

It spares the heads of the framed form, which http.get() reads, and that is all: the end shows by the count alone, and
the text of a failure comes as if it were data. What is missing then is told as OSError(EIO).
"""

from micropython import const

from espat import at_filter
from espat.net import at_http
from espat.pipe import Pipe
from espat.text import Texts

_QUIET = const(200)  # ms for a command whose OK is filtered away
_SHORT = const(10)  # seconds of silence after which the rest will not come
_LONG = const(150)  # bytes a URL may take in the line
_EIO = const(5)


def open(at, url, room=2048):
    """Start a download. url: what fits into a line, or up to 8192 bytes. Raises AtRefused when nobody has it."""
    if len(url) > _LONG:
        at_http.set_url(at, url)
        url = ""
    try:
        return Download(at, url, at_http.size(at, url), room)
    except OSError:
        if not url:
            at_http.clear_url(at)
        raise


class Download(Pipe):
    """The stream; see open(). size: bytes of the resource. left: bytes still to come."""

    def __init__(self, at, url, size, room):
        super().__init__(at, room)
        self.size = self.left = size
        self._apart = not url
        self.settimeout(_SHORT)
        at_filter.clear(at)
        at_filter.add(at, b"^+HTTPCGET:[0-9]*,", b"\r\n$")
        at_filter.add(at, b"", b"\r\nOK\r\n$")
        text = Texts(at)
        at_filter.enable(text, True)
        at_http.get(text, url)
        self.begin()
        self.tell(b"AT%s\r\n" % text.texts[0], _QUIET)
        self.write(b"AT%s\r\n" % text.texts[1])
        if not size:
            self.close()

    def readinto(self, buf, n=None):
        """Read what is there, at least a byte, up to len(buf) or n; 0 at the end. Raises OSError(EIO) when less comes
        than was promised."""
        n = min(len(buf) if n is None else n, self.left)
        if not n:
            return 0
        try:
            got = super().readinto(buf, n)
        except OSError:
            self.close()
            raise OSError(_EIO, "the download has broken off")
        self.left -= got or 0
        if not self.left:
            self.close()
        return got

    def close(self):
        """Back to commands; a download that has not come to its end goes on to it, unread."""
        if not self.open:
            return
        while self.left:
            k = self._take(self._chunk, min(self.left, len(self._chunk)))
            self.left -= k
            if not k:
                before = self.ring.n
                self.rest(_QUIET * 5)
                if self.ring.n == before:
                    break  # the module has given up too
        self.left = 0
        text = Texts(self.at)
        at_filter.clear(text)
        if self.tell(b"AT%s\r\n" % text.texts[0], 5000, b"\r\nOK\r\n") < 0:
            self.at.stale = 3
        self.end()
        at_filter.enable(self.at, False)
        if self._apart:
            at_http.clear_url(self.at)
