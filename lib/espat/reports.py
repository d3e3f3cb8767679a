"""Who wants to hear of which report; registered by the part of the library that understands it."""


class Reports:
    """The table of reports, by first byte and prefix, and of those who must know of a restart."""

    def __init__(self):
        self._reports = {}  # first byte -> [(prefix, function), ...]
        self._on_reset = []

    def on(self, prefix, function):
        """Call function(buf, a, b) for every report that begins with prefix; buf is lent for the call."""
        self._reports.setdefault(prefix[0], []).append((prefix, function))

    def off(self, prefix):
        """Forget what on() was told about this prefix."""
        row = self._reports.get(prefix[0], [])
        row[:] = [r for r in row if r[0] != prefix]

    def on_reset(self, function):
        """Call function() whenever the module has restarted."""
        self._on_reset.append(function)

    def report(self, buf, a, b):
        """Hand buf[a:b] to the one it is for; False when nobody has asked for such a report."""
        row = self._reports.get(buf[a]) if a < b else None
        if row:
            for prefix, function in row:
                if b - a >= len(prefix) and buf.startswith(prefix, a):
                    function(buf, a, b)
                    return True
        return False
