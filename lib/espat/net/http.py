"""HTTP by the module's own client (guide 3.7). Bodies go where they belong piece by piece: nothing holds them whole.

    http.get(modem, "http://example.com/")                        the body as bytes
    http.get(modem, url, into=file, progress=print)               into a file; returns the number of bytes
    http.post(modem, url, file, size=40000, headers={"Content-Type": "image/png"})

A status of 400 and more, and a server that cannot be reached, raise AtRefused: status(error) is the status,
error.meaning a sentence (3.7.9). Redirections are not followed: head() tells where they lead. One request at a time.
"""

from micropython import const

from espat.args import quote
from espat.block import Source
from espat.net import at_http

_LONG = const(150)  # bytes a URL may take in the line
_GET, _POST, _PUT, _DELETE = 2, 3, 4, 5
_METHODS = {"GET": _GET, "POST": _POST, "PUT": _PUT, "DELETE": _DELETE}


class _Into:
    """Hands the pieces of a body on: to a buffer, a file, a function. An error waits until the answer is over."""

    def __init__(self, into, progress):
        self.count = 0
        self.error = None
        self._progress = progress
        self._write = into if callable(into) else into.write if hasattr(into, "write") else self._fill
        self._room = memoryview(into) if self._write == self._fill else None

    def __call__(self, buf, off, n):
        if self.error:
            return
        try:
            self._write(memoryview(buf)[off : off + n])
            self.count += n
            if self._progress:
                self._progress(self.count)
        except (OSError, ValueError) as error:
            self.error = error

    def _fill(self, piece):
        end = self.count + len(piece)
        if end > len(self._room):
            raise ValueError("the body is larger than the buffer")
        self._room[self.count : end] = piece


def request(at, method, url, data=None, headers=None, into=None, size=None, progress=None, timeout=60):
    """One request, its answer's body as bytes, or with into the number of its bytes.

    method: "GET", "POST", "PUT" or "DELETE" (see head() too). url: up to 8192 bytes. data: of POST and PUT: str, bytes,
    buffer, or a stream of size bytes. headers: dict, or "Key: value" each. into: buffer, object with write(), or
    function called with each piece as a memoryview that is valid during the call. progress: called with the number
    of bytes so far: those sent of a stream, else those received. timeout: seconds in which nothing moves.
    """
    if isinstance(data, str):
        data = data.encode()
    source = None
    if hasattr(data, "readinto"):
        data = source = Source(data, size, progress)
        progress = None
    gathered = bytearray() if into is None and progress else None
    sink = None if into is None and not progress else _Into(gathered.extend if into is None else into, progress)
    body = _prepared(at, _METHODS[method], url, data, headers, sink, int(timeout * 1000))
    if source and source.short:
        raise ValueError("the stream is shorter than %d bytes" % size)
    if sink and sink.error:
        raise sink.error
    return body if gathered is None else bytes(gathered)


def _prepared(at, method, url, data, headers, sink, ms):
    # what the line has no room for is told before, and taken back
    lines = _lines(headers)
    apart = lines and at.has(b"+HTTPCHEAD")
    long = len(quote(url)) > _LONG
    try:
        for line in lines if apart else ():
            at_http.add_header(at, line)
        if long:
            at_http.set_url(at, url)
        tx = len(url) + 2048 if long else None
        return _speak(at, method, "" if long else url, data, () if apart else lines, sink, ms, tx, _secure(url))
    finally:
        if apart:
            at_http.clear_headers(at)
        if long:
            at_http.clear_url(at)


def _speak(at, method, url, data, headers, sink, ms, tx, tls):
    wait = ms + 5000
    if method == _GET and not headers and at.has(b"+HTTPCGET"):
        return at_http.get(at, url, sink, tx, None, min(ms, 180000), wait)
    if data is not None and len(data) and method in (_POST, _PUT):
        return (at_http.post if method == _POST else at_http.put)(at, url, data, headers, sink, wait)
    return at_http.request(at, method, url, headers=headers, tls=tls, sink=sink, timeout=wait)


def _secure(url):
    return url[:5] == (b"https" if isinstance(url, bytes) else "https")


def _lines(headers):
    if isinstance(headers, dict):
        return ["%s: %s" % (key, headers[key]) for key in headers]
    return headers or ()


def get(at, url, **more):
    """request() with GET."""
    return request(at, "GET", url, **more)


def post(at, url, data=b"", **more):
    """request() with POST. Without a header that says otherwise the data is a form's."""
    return request(at, "POST", url, data, **more)


def put(at, url, data=b"", **more):
    """request() with PUT."""
    return request(at, "PUT", url, data, **more)


def delete(at, url, **more):
    """request() with DELETE."""
    return request(at, "DELETE", url, **more)


def head(at, url, headers=None, timeout=60):
    """The headers of the answer to HEAD, {"content-length": "1256", ...}, names in lower case."""
    out = {}
    long = len(quote(url)) > _LONG
    if long:
        at_http.set_url(at, url)
    try:
        found = at_http.head(at, "" if long else url, _lines(headers), tls=_secure(url), timeout=int(timeout * 1000))
    finally:
        if long:
            at_http.clear_url(at)
    for line in found:
        name, _, value = str(line, "utf-8").partition(":")
        out[name.lower()] = value.strip()
    return out


def size(at, url, timeout=60):
    """How many bytes a GET would bring, as far as the server tells (AT+HTTPGETSIZE)."""
    return at_http.size(at, url, ms=min(int(timeout * 1000), 180000), timeout=int(timeout * 1000) + 5000)


def status(error):
    """The HTTP status in an AtRefused, such as 404; 0 when the server could not be reached, None for another reason."""
    code = (error.code or 0) & 0xFFFF
    return code & 0xFFF if code >> 12 == 7 else None
