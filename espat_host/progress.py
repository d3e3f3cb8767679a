"""A bar on a terminal; in a log, a line at every quarter."""

import sys

_WIDTH = 30


class Bar:
    """what: word in front. total: what 100 % is. out: where it is drawn, the terminal unless given."""

    def __init__(self, what, total, out=None):
        self.what = what
        self.total = max(1, total)
        self.out = sys.stderr if out is None else out
        self.at = 0
        self._shown = -1
        self.show()

    def advance(self, n):
        """n more of it are done."""
        self.at = min(self.total, self.at + n)
        self.show()

    def show(self):
        """Draw it, where it has changed."""
        percent = 100 * self.at // self.total
        step = percent if self.out.isatty() else percent // 25
        if step == self._shown:
            return
        self._shown = step
        full = _WIDTH * percent // 100
        text = "%s [%s%s] %3d %%" % (self.what, "#" * full, "." * (_WIDTH - full), percent)
        if self.out.isatty():
            text = "\r" + text + ("\n" if percent == 100 else "")
        else:
            text += "\n"
        self.out.write(text)
        self.out.flush()
