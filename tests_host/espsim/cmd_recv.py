"""How received data reaches the host: at once, or when it asks."""
from .cmd_tcp import link_number
from .codes import Fail
from .command import Command, command


@command("+CIPDINFO")
class ShowSender(Command):
    async def query(self, m):
        text = "true" if m.net.dinfo else "false"
        m.say(f"+CIPDINFO:{text.upper() if m.profile.nonos else text}", end=b"\r\n" if m.profile.nonos else b"")

    async def set(self, m, args):
        value = args.int(0, 1)
        args.end()
        m.net.dinfo = value


@command("+CIPRECVMODE")
class ReceiveMode(Command):
    """One mode for all links: the older command."""

    async def query(self, m):
        m.say(f"+CIPRECVMODE:{m.net.receive_mode(0)}")

    async def set(self, m, args):
        mode = args.int(0, 1)
        args.end()
        if m.net.mode:
            raise Fail()
        m.net.set_receive_mode(range(m.net.count), mode)


@command("+CIPRECVTYPE")
class ReceiveType(Command):
    """A mode per link."""

    async def query(self, m):
        for number in range(m.net.count if m.net.mux else 1):
            m.say(f"+CIPRECVTYPE:{number},{m.net.receive_mode(number)}")

    async def set(self, m, args):
        number = link_number(m, args, most=m.net.count)
        mode = args.int(0, 1)
        args.end()
        if m.net.mode:
            raise Fail()
        m.net.set_receive_mode(range(m.net.count) if number == m.net.count else [number], mode)


@command("+CIPRECVLEN")
class ReceiveLength(Command):
    async def query(self, m):
        idle = m.profile.recvlen_idle
        numbers = range(m.net.count if m.net.mux else 1)
        lengths = [str(m.net.links[number].waiting if number in m.net.links else idle) for number in numbers]
        m.say("+CIPRECVLEN:" + ",".join(lengths))


@command("+CIPRECVDATA")
class ReceiveData(Command):
    async def set(self, m, args):
        number = link_number(m, args)
        most = args.int(1)
        args.end()
        link = m.net.links.get(number)
        if link is None or not link.passive or not link.waiting:
            raise Fail()
        data, source = link.take(most)
        info = m.net.info(*(source or (link.address, link.port)))
        form = b"+CIPRECVDATA,%d%s:" if m.profile.nonos else b"+CIPRECVDATA:%d%s,"
        m.write(form % (len(data), info) + data)
        m.after_final(link.after_read)
