"""A WebSocket over the module's own client (guide 3.9), up to three at once.

    ws = WebSocket(modem, "ws://example.net/chat")
    ws.send("hello")
    print(ws.recv())
    ws.close()

The module answers pings and sends its own. It does not tell text from binary: messages are bytes. One that is longer
than its buffer comes in pieces; how they are joined stands in inbox.py. A connection that breaks is opened again by
the module; one that the server closes is closed.
"""

from micropython import const

from espat.counted import Counted
from espat.net import at_ws
from espat.net.inbox import Inbox
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_LINKS = const(3)
_TEXT = const(1)
_BINARY = const(2)
_PING = const(9)
_ENOBUFS = const(105)
_ENOTCONN = const(107)
_ETIMEDOUT = const(110)


class _Messages(Inbox):
    # +WS_DATA:<link>,<n>,<bytes>

    def __init__(self, link, room, buffer):
        super().__init__(b"+WS_DATA:%d," % link, 0, 1, room)
        self._buffer = buffer

    def head(self, buf, a, b):
        """See Counted.head()."""
        at = Counted.head(self, buf, a, b)
        if at > 0:
            self.begin(b"", self.size >= self._buffer)
        return at


class WebSocket:
    """One connection, open when the constructor returns.

    at: the modem. uri: ws:// or wss://. protocol: subprotocol. auth: of the Authorization header. headers: dict, or
    "Key: value" each. ping, patience: seconds, see at_ws.configure(). buffer: bytes of the module's, a message sent is
    at least 10 shorter. room: bytes for messages that wait here; one that does not fit is dropped and counted in `lost`.
    timeout: seconds. connected: whether the connection stands now; closed: whether it will not come back.
    Raises OSError when three are open, AtRefused when it cannot be opened.
    """

    def __init__(
        self, at, uri, protocol=None, auth=None, headers=None, ping=10, patience=120, buffer=1024, room=2048, timeout=15
    ):  # fmt: skip
        self.at = at
        self.connected = False
        self.closed = True
        self._buffer = buffer
        self._told = None
        self._events = []
        link = self._link = self._free()
        self._inbox = _Messages(link, room, buffer)
        try:
            at_ws.close(at, link)  # an earlier program's
        except OSError:
            pass
        at_ws.configure(at, link, ping, patience, buffer)
        self._register()
        try:
            self._open(uri, protocol, auth, headers, timeout)
        except OSError:
            self._unregister()
            raise
        del self._events[:]
        self.connected = True
        self.closed = False

    def _free(self):
        at = self.at
        if not hasattr(at, "websockets"):
            at.websockets = {}
            at.on_reset(lambda: [ws.ended() for ws in list(at.websockets.values())])
        for link in range(_LINKS):
            if link not in at.websockets:
                return link
        raise OSError(_ENOBUFS, "all three WebSockets of the module are in use")

    def _open(self, uri, protocol, auth, headers, timeout):
        if isinstance(headers, dict):
            headers = ["%s: %s" % (key, headers[key]) for key in headers]
        for header in headers or ():
            at_ws.add_header(self.at, header)
        try:
            at_ws.open(self.at, self._link, uri, protocol, int(timeout * 1000), auth)
        finally:
            if headers:
                at_ws.clear_headers(self.at)

    def _register(self):
        at = self.at
        at.websockets[self._link] = self
        at.parser.register(self._inbox)
        at.on(b"+WS_CONNECTED:%d" % self._link, self._report)
        at.on(b"+WS_DISCONNECTED:%d" % self._link, self._report)
        at.on(b"+WS_CLOSED:%d" % self._link, self._report)

    def _unregister(self):
        at = self.at
        del at.websockets[self._link]
        at.parser.unregister(self._inbox)
        at.off(b"+WS_CONNECTED:%d" % self._link)
        at.off(b"+WS_DISCONNECTED:%d" % self._link)
        at.off(b"+WS_CLOSED:%d" % self._link)

    def _report(self, buf, a, b):
        if buf[a + 5] == 76:  # +WS_CL
            self.ended()
            return
        self.connected = buf[a + 4] == 67  # +WS_C
        self._events.append(self.connected)

    def ended(self):
        """The connection is closed, or the module has restarted."""
        if not self.closed:
            self._events.append(False)
        self.connected = False
        self.closed = True

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    @property
    def lost(self):
        """How many messages found no room or came in part only."""
        return self._inbox.lost

    def set_event(self, function):
        """Call function(connected) when the connection is lost, there again or closed; from any() and recv()."""
        self._told = function

    def send(self, data, opcode=None, timeout=10):
        """Send a message of at least a byte: str as text, bytes or block.Source as binary. timeout: seconds."""
        if opcode is None:
            opcode = _TEXT if isinstance(data, str) else _BINARY
        if isinstance(data, str):
            data = data.encode()
        if self.closed:
            raise OSError(_ENOTCONN, "the WebSocket is closed")
        if len(data) > self._buffer - 10:
            raise ValueError("longer than the module's buffer less 10")
        at_ws.send(self.at, self._link, data, opcode, int(timeout * 1000))

    def ping(self, data=b"ping"):
        """Send a ping of our own; the module keeps the answer to itself."""
        self.send(data, _PING)

    def any(self):
        """Let the module work for a moment; whether recv() would not have to wait."""
        for _ in range(8):  # what waits in the port, within reason
            if not self.at.step():
                break
        while self._events:
            event = self._events.pop(0)
            if self._told:
                self._told(event)
        return bool(self._inbox.list) or self.closed

    def recv(self, timeout=None):
        """The next message as bytes, None when the connection is closed. timeout: seconds until ETIMEDOUT."""
        end = None if timeout is None else ticks_add(ticks_ms(), int(timeout * 1000))
        while True:
            self.any()
            message = self._inbox.take()
            if message:
                return message[1]
            if self.closed and not self._inbox.list:
                return None
            if end is not None and ticks_diff(end, ticks_ms()) <= 0:
                raise OSError(_ETIMEDOUT, "ETIMEDOUT")
            self.at.wait()

    def close(self):
        """Close the connection; messages that wait can still be had."""
        if self.at.websockets.get(self._link) is self:
            try:
                if not self.closed:
                    at_ws.close(self.at, self._link)
            except OSError:
                pass  # it has ended by itself
            self.connected = False
            self.closed = True
            self._unregister()
