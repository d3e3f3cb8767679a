"""Opening, closing and listing links."""
import asyncio
import errno
import ssl

from .codes import Fail
from .command import Command, command
from .station import IDLE
from .transport import OPENERS, Wish


def plain(m, text):
    """The reasons old firmware gives on the command port; later ones write them to the log port."""
    if m.profile.plain_reasons:
        m.say(text)


def link_number(m, args, most=None):
    """The link id of a set command: an argument with AT+CIPMUX=1, 0 without."""
    return args.int(0, m.net.count - 1 if most is None else most) if m.net.mux else 0


@command("+CIPMUX")
class Mux(Command):
    async def test(self, m):
        m.say("+CIPMUX:(0,1)")

    async def query(self, m):
        m.say(f"+CIPMUX:{m.net.mux}")

    async def set(self, m, args):
        mux = args.int(0, 1)
        args.end()
        if mux != m.net.mux:
            if m.net.links:
                plain(m, "link is builded")
                raise Fail()
            if m.net.mode if mux else m.server.listening:
                plain(m, "CIPMODE must be 0" if mux else "CIPSERVER must be 0")
                raise Fail()
        m.net.mux = mux


@command("+CIPSTART")
class Start(Command):
    async def set(self, m, args):
        number = self.number(m, args)
        kind = args.choice(*OPENERS, default="TCP")
        host = args.text(most=64)
        port = args.int(0 if kind.startswith("UDP") else 1, 65535)
        wish = Wish(kind, host, "", port, number)
        udp_mode = self._options(m, args, wish)
        args.end()
        self._check(m, wish)
        m.net.opening = number  # a client that comes meanwhile gets another
        try:
            await self._resolve(m, wish)
            await self._open(m, wish, udp_mode)
        finally:
            m.net.opening = None

    def number(self, m, args):
        return link_number(m, args)

    def _options(self, m, args, wish):
        """The optional arguments; returns the mode of a UDP link."""
        mode = 0
        if wish.kind.startswith("UDP"):
            wish.local_port = args.int(0, 65535, default=0)
            mode = args.int(0, 2, default=0)
            if mode and not wish.local_port:
                raise args.reject()
        else:
            wish.keep_alive = args.int(0, 7200, default=None)
        if args.left() and not m.profile.nonos:
            wish.local_address = args.text(most=64, default="")
        if args.left() and m.profile.start_timeout:
            wish.timeout = args.int(0, 60000, default=0) / 1000
        return mode

    def _check(self, m, wish):
        if wish.link in m.net.links:
            plain(m, "ALREADY CONNECTED")
            raise Fail()
        if not m.net.up:
            plain(m, "no ip")
            raise Fail()
        if wish.kind.endswith("v6") and not m.setting("ipv6", 0):
            raise Fail()

    async def _resolve(self, m, wish):
        try:
            wish.address = await m.net.resolve(wish.host)
        except Fail:
            plain(m, "DNS Fail")
            raise

    async def _open(self, m, wish, udp_mode):
        try:
            link = await m.net.open(wish)
        except (OSError, asyncio.TimeoutError) as error:
            if m.profile.nonos:  # the report of a link that never was comes after the ERROR
                m.after_final(lambda: m.report(f"{wish.link},CLOSED" if m.net.mux else "CLOSED"))
            raise Fail(errno=newlib(error)) from None
        link.udp_mode = udp_mode
        m.after_final(link.start)


def newlib(error):
    """The number the module's C library gives an error of the host's."""
    numbers = {"ECONNREFUSED": 0x6F, "ECONNRESET": 0x68, "EHOSTUNREACH": 0x76, "ENETUNREACH": 0x72, "EADDRINUSE": 0x70}
    if isinstance(error, TimeoutError):
        return 0x74
    if isinstance(error, ssl.SSLCertVerificationError):
        return 0x08  # a flag of the verification: not trusted
    return numbers.get(errno.errorcode.get(error.errno, ""), 0x6F)


@command("+CIPSTARTEX")
class StartEx(Start):
    def number(self, m, args):
        number = m.net.free() if m.net.mux else 0
        if number is None:
            raise Fail()
        return number


@command("+CIPCLOSE")
class Close(Command):
    async def set(self, m, args):
        number = args.int(0, m.net.count)
        args.end()
        if not m.net.mux:
            plain(m, "MUX=0")
            raise Fail()
        if number == m.net.count:
            for link in list(m.net.links.values()):
                link.close()
            return
        self._close(m, number)

    async def execute(self, m):
        if m.net.mux:
            plain(m, "MUX=1")
            raise Fail()
        self._close(m, 0)

    @staticmethod
    def _close(m, number):
        link = m.net.links.get(number)
        if link is None:
            plain(m, "UNLINK")
            raise Fail()
        link.close()


def rows(m, name):
    for number in sorted(m.net.links):
        link = m.net.links[number]
        m.say(f'{name}:{number},"{link.kind}","{link.address}",{link.port},{link.local_port},{int(link.server)}')


@command("+CIPSTATE")
class State(Command):
    async def query(self, m):
        rows(m, "+CIPSTATE")


@command("+CIPSTATUS")
class Status(Command):
    async def execute(self, m):
        m.say(f"STATUS:{self._status(m)}")
        rows(m, "+CIPSTATUS")

    @staticmethod
    def _status(m):
        wifi, net = m.wifi, m.net
        if not wifi.is_station:
            return 0
        if not wifi.connected:
            return 1 if wifi.state == IDLE and not m.profile.nonos else 5
        if any(not link.is_udp for link in net.links.values()):
            return 3
        return 4 if net.had_link else 2


@command("+CIPTCPOPT")
class TcpOptions(Command):
    async def query(self, m):
        for number in range(m.net.count if m.net.mux else 1):
            values = m.net.tcp_options(number)[: m.profile.tcpopt_values]
            m.say(f"+CIPTCPOPT:{number}," + ",".join(str(value) for value in values))

    async def set(self, m, args):
        number = link_number(m, args, most=m.net.count)
        limits = ((-1, 65535), (0, 1), (0, 3600000), (0, 7200))[: m.profile.tcpopt_values]
        given = [args.int(low, high, default=None) for low, high in limits]
        args.end()
        table = dict(m.setting("tcpopt") or {})
        for one in range(m.net.count) if number == m.net.count else [number]:
            old = table.get(str(one), [-1, 0, 0, 0])
            table[str(one)] = [was if new is None else new for was, new in zip(old, given + [None] * 4, strict=False)]
            if one in m.net.links:
                linger, nodelay, _, keep_alive = table[str(one)]
                m.net.links[one].stream.set_options(linger, nodelay, keep_alive)
        m.keep("tcpopt", table, self.stores(m))
