"""Which commands a module knows: AT+CMD? lists some 200 in 7 KB, of which two bytes each are kept."""

from array import array

from micropython import const

_MUL = const(5)  # no two names of any firmware line share a code (tested)


def code(name, a, b):
    """A 16-bit code of name[a:b]."""
    h = 0
    while a < b:
        h = (h * _MUL + name[a]) & 0xFFFF
        a += 1
    return h


class Names:
    """The commands of an AT+CMD? answer."""

    def __init__(self):
        self._codes = array("H")

    def add(self, line):
        """Take in one line, such as b'+CMD:4,"AT+GMR",0,0,0,1'."""
        a = line.find(b'"AT') + 3
        b = line.find(b'"', a)
        if 3 <= a < b:
            self._codes.append(code(line, a, b))

    def has(self, name):
        """Whether the command, such as b"+GMR", was in the list."""
        wanted = code(name, 0, len(name))
        for c in self._codes:
            if c == wanted:
                return True
        return False


class Asked:
    """The same for firmware without that list: each name is asked for once. ask: function(name) -> bool."""

    def __init__(self, ask):
        self._ask = ask
        self._known = {}

    def has(self, name):
        """Whether the command answers its test or its query form."""
        if name not in self._known:
            self._known[name] = self._ask(name)
        return self._known[name]
