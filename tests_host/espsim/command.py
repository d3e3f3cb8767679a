"""The registry of commands and parts: what a group file (cmd_*.py) hangs itself into.

    @command("+SYSLOG")
    class SysLog(Command):
        async def query(self, m):
            m.say(f"+SYSLOG:{m.syslog}")

        async def set(self, m, args):
            m.syslog = args.int(0, 1)
            args.end()

A form a class does not define answers ERROR. `m` is the Module. A handler that returns None ends with OK, one that
returns a word ends with that word, one that raises AtError ends with ERROR.
"""
import functools
import importlib
import pkgutil

COMMANDS = {}
PARTS = {}
FORMS = ("test", "query", "set", "execute")


class Command:
    """Base of all commands. `self.name` is the name the command was called by, without AT (twins share one class)."""

    def __init__(self, name):
        self.name = name

    def form(self, kind):
        return getattr(self, kind, None)

    def stores(self, m):
        """True if a setting goes to flash: the NonOS twins say so by name, all others obey AT+SYSSTORE."""
        if self.name.endswith("_CUR"):
            return False
        return self.name.endswith("_DEF") or bool(m.sysstore)


def command(*names):
    """Class decorator: this class answers AT<name> for each of `names` ("+CWMODE", "E0", "")."""

    def register(cls):
        for name in names:
            COMMANDS[name] = cls(name)
        return cls

    return register


def part(name):
    """Class decorator for a piece of module state that is made anew at every boot: `m.<name> = cls(m)`.

    A part may define `async stop()` (before a restart), `started()` (after all parts exist and "ready" is out) and
    any method named like an event of `Module.tell`.
    """

    def register(cls):
        PARTS[name] = cls
        return cls

    return register


@functools.cache
def load():
    """Import every module of this package, so that a new file of commands needs no mention anywhere."""
    package = importlib.import_module(__package__)
    for info in pkgutil.iter_modules(package.__path__):
        if info.name != "__main__":
            importlib.import_module(f"{__package__}.{info.name}")
