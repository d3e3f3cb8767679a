"""Basic commands: echo, version, restart, error codes."""
import functools

from .codes import SILENT
from .command import COMMANDS, FORMS, Command, command


@command("")
class Attention(Command):
    async def execute(self, m):
        pass


@command("E0", "E1")
class Echo(Command):
    async def execute(self, m):
        m.echo = self.name == "E1"


@command("+GMR")
class Version(Command):
    async def execute(self, m):
        *lines, last = m.profile.gmr
        for line in lines:
            m.say(line)
        m.say(last, end=b"" if m.profile.nonos else b"\r\n")  # NonOS leaves no empty line before OK


@functools.cache
def _forms(found):
    return ",".join(str(int(found.form(kind) is not None)) for kind in FORMS)


@command("+CMD")
class CommandList(Command):
    async def query(self, m):
        known = [found for name, found in COMMANDS.items() if m.profile.has(name)]
        for index, found in enumerate(known):
            m.say(f'+CMD:{index},"AT{found.name}",{_forms(found)}')
            await m.drain()


@command("+RST")
class Restart(Command):
    async def execute(self, m):
        m.final("OK")
        m.restart_soon()
        return SILENT


@command("+RESTORE")
class Restore(Command):
    async def execute(self, m):
        m.final("OK")
        m.store.erase()
        m.restart_soon()
        return SILENT


@command("+SYSLOG")
class SysLog(Command):
    async def query(self, m):
        m.say(f"+SYSLOG:{m.syslog}")

    async def set(self, m, args):
        value = args.int(0, 1)
        args.end()
        m.syslog = value


@command("+SYSSTORE")
class SysStore(Command):
    async def query(self, m):
        m.say(f"+SYSSTORE:{m.sysstore}")

    async def set(self, m, args):
        value = args.int(0, 1)
        args.end()
        m.sysstore = value
