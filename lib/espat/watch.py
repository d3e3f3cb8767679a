"""Reports as events: collected while the module talks, handed on where commands may be spoken."""

from micropython import const

from espat.ticks import ticks_add, ticks_diff, ticks_ms

_ETIMEDOUT = const(110)


class Watch:
    """Turns reports into events.

    at: the modem. table: {how a report begins: name of the event}. each: called as each(name, rest of the line as
    bytes), or None. seen: the names so far.
    """

    def __init__(self, at, table, each=None):
        self.at = at
        self.seen = []
        self._table = table
        self._each = each
        self._queue = []
        for prefix in table:
            at.on(prefix, self._take)

    def _take(self, buf, a, b):
        for prefix in self._table:
            if buf.startswith(prefix, a):
                self.add(self._table[prefix], bytes(buf[a + len(prefix) : b]))

    def add(self, name, value):
        """One more event."""
        self._queue.append((name, value))

    def poll(self):
        """Let the module work for a moment and hand on what it has told; the name of the last event, or None."""
        self.at.step()
        name = None
        while self._queue:
            name, value = self._queue.pop(0)
            self.seen.append(name)
            if self._each:
                self._each(name, value)
        return name

    def wait(self, names, timeout):
        """Wait until one of these events has been seen and return its name. timeout: seconds until ETIMEDOUT."""
        end = ticks_add(ticks_ms(), int(timeout * 1000))
        while True:
            self.poll()
            for name in self.seen:
                if name in names:
                    return name
            if ticks_diff(end, ticks_ms()) <= 0:
                raise OSError(_ETIMEDOUT, "ETIMEDOUT")
            self.at.wait()

    def rest(self, ms):
        """Let so much time pass and hand on what comes."""
        end = ticks_add(ticks_ms(), ms)
        while ticks_diff(end, ticks_ms()) > 0:
            self.poll()
            self.at.wait()

    def stop(self):
        """Watch no longer."""
        for prefix in self._table:
            self.at.off(prefix)


def restarted(at, before, timeout):
    """Wait until the module has restarted since at.engine.restarts was `before`; False when it has not. timeout: s."""
    end = ticks_add(ticks_ms(), int(timeout * 1000))
    while at.engine.restarts == before and ticks_diff(end, ticks_ms()) > 0:
        at.wait()
    return at.engine.restarts != before
