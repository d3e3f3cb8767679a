"""TLS links: the SSL kinds of AT+CIPSTART and AT+CIPSERVER, and their settings per link."""
import asyncio
import binascii

from . import tls
from .cmd_tcp import link_number
from .codes import LENGTH, Fail
from .command import Command, command
from .transport import TcpStream, open_tcp, server_side, transport


def configuration(m, number):
    """[auth mode, number of the own certificate, number of the CA] of a link."""
    return (m.setting("sslconf") or {}).get(str(number), [0, 0, 0])


def option(m, name, number, default):
    return m.ram.get(name, {}).get(number, default)


@transport("SSL", "SSLv6")
async def open_ssl(m, wish):
    mode, own, ca = configuration(m, wish.link)
    wanted = tls.Wanted(
        common_name=option(m, "+CIPSSLCCN", wish.link, ""),
        sni=option(m, "+CIPSSLCSNI", wish.link, ""),
        alpn=option(m, "+CIPSSLCALPN", wish.link, []),
        psk=option(m, "psk", wish.link, None),
        suite=option(m, "+CIPSSLCCIPHER", wish.link, 0),
    )
    try:
        wanted.own, wanted.ca = tls.pki(m, "client", own=mode & 1, ca=mode & 2, number=own, ca_number=ca)
    except tls.Missing as missing:
        raise OSError(str(missing)) from missing
    return await tls.secure(m, await open_tcp(m, wish), wanted)


def items(m, kind, **which):
    """tls.pki() for a command: what is missing is said, and the command fails."""
    try:
        return tls.pki(m, kind, **which)
    except tls.Missing as missing:
        m.say(str(missing))
        raise Fail() from None


def check_server(m, ca):
    items(m, "server", own=True, ca=ca)


@server_side("SSL", "SSLv6", check=check_server)
async def accept_ssl(m, sock):
    try:
        own, ca = tls.pki(m, "server", own=True, ca=m.server.ca)
        raw = TcpStream(sock)
        stream = tls.TlsStream(raw, tls.server_context(own, ca), server=True)
        await stream.handshake()
        if ca:
            tls.check_peer(m, stream.tls)
    except (tls.Missing, ValueError, asyncio.TimeoutError) as error:
        raise OSError(str(error)) from error
    return stream


def numbers(m, args):
    """The links a set command is about: one, or all for the number behind the last."""
    number = link_number(m, args, most=m.net.count)
    return range(m.net.count) if number == m.net.count else [number]


def shown(m):
    return range(m.net.count if m.net.mux else 1)


@command("+CIPSSLCCONF")
class Configuration(Command):
    async def query(self, m):
        for number in shown(m):
            m.say(f"+CIPSSLCCONF:{number},{','.join(str(value) for value in configuration(m, number))}")

    async def set(self, m, args):
        links = [0] if m.profile.nonos else numbers(m, args)
        mode = args.int(0, 3)
        own, ca = (args.int(0, 255, default=0), args.int(0, 255, default=0)) if args.left() else (0, 0)
        args.end()
        items(m, "client", own=mode & 1, ca=mode & 2, number=own, ca_number=ca)
        table = dict(m.setting("sslconf") or {})
        table.update({str(number): [mode, own, ca] for number in links})
        m.keep("sslconf", table, self.stores(m))


class PerLink(Command):
    """A setting per link that a restart forgets."""

    default = ""

    def value(self, args):
        raise NotImplementedError

    def text(self, value):
        return value

    async def query(self, m):
        for number in shown(m):
            m.say(f"{self.name}:{number},{self.text(option(m, self.name, number, self.default))}")

    async def set(self, m, args):
        links = numbers(m, args)
        value = self.value(args)
        args.end()
        m.ram.setdefault(self.name, {}).update(dict.fromkeys(links, value))


@command("+CIPSSLCCN", "+CIPSSLCSNI")
class Name(PerLink):
    def value(self, args):
        return args.text(most=64)


@command("+CIPSSLCALPN")
class Alpn(PerLink):
    default = ()

    def value(self, args):
        count = args.int(0, 5)
        return [args.text(least=1) for _ in range(count)]

    async def query(self, m):
        for number in shown(m):
            names = option(m, self.name, number, self.default)
            m.say(f"{self.name}:{number}" + "".join(f",{name}" for name in names))


@command("+CIPSSLCCIPHER")
class Suite(PerLink):
    default = 0

    def value(self, args):
        suite = args.int(0, 0xFFFF)
        if suite and suite not in tls.suites():
            raise args.reject()
        return suite

    def text(self, value):
        return f"0x{value:04X}"


@command("+CIPSSLCPSK", "+CIPSSLCPSKHEX")
class PreSharedKey(Command):
    """Two spellings of one setting. The guide calls the key "PSK identity" and the identity "hint"."""

    async def query(self, m):
        for number in shown(m):
            key, identity = option(m, "psk", number, None) or (b"", "")
            text = key.hex() if self.name.endswith("HEX") else key.decode("latin-1")
            m.say(f"{self.name}:{number},{text},{identity}")

    async def set(self, m, args):
        links = numbers(m, args)
        key = self._key(args)
        identity = args.text(most=32)
        args.end()
        pair = (key, identity) if key else None
        m.ram.setdefault("psk", {}).update(dict.fromkeys(links, pair))

    def _key(self, args):
        if not self.name.endswith("HEX"):
            return args.bytes(most=32)
        text = args.bytes(most=64)
        try:
            return binascii.unhexlify(text)
        except binascii.Error:
            raise args.reject(LENGTH if len(text) % 2 else 0x08) from None


@command("+CIPSSLSIZE")
class BufferSize(Command):
    """NonOS only: the module's TLS buffer. It has no effect here."""

    async def query(self, m):
        m.say(f"+CIPSSLSIZE:{m.ram.get('sslsize', 2048)}")

    async def set(self, m, args):
        size = args.int(2048, 4096)
        args.end()
        m.ram["sslsize"] = size
