"""Names, ping and name servers."""
import ipaddress
import socket

from .codes import Fail
from .command import Command, command
from .cmd_tcp import plain
from .ping import ping

AUTOMATIC = ["208.67.222.222", "8.8.8.8"]


@command("+CIPDOMAIN")
class Resolve(Command):
    async def set(self, m, args):
        name = args.text(most=255, least=1)
        network = 1
        if not m.profile.nonos:
            network = args.int(1, 3, default=1)
        if m.profile.start_timeout:
            args.int(0, 60000, default=0)
        args.end()
        family = {2: socket.AF_INET, 3: socket.AF_INET6}.get(network, socket.AF_UNSPEC)
        try:
            address = await m.net.resolve(name, family)
            self._check(address, network)
        except Fail:
            plain(m, "DNS Fail")
            raise
        m.say(f'+CIPDOMAIN:"{address}"' if m.profile.domain_quotes else f"+CIPDOMAIN:{address}")

    @staticmethod
    def _check(address, network):
        if network == 1:
            return
        if ipaddress.ip_address(address).version != {2: 4, 3: 6}[network]:
            raise Fail()


@command("+PING")
class Ping(Command):
    async def set(self, m, args):
        host = args.text(most=64, least=1)
        args.end()
        elapsed = await self._try(m, host)
        name = "+" if m.profile.nonos else "+PING:"
        if elapsed is None:
            m.say(f"{name}{'timeout' if m.profile.nonos else 'TIMEOUT'}")
            raise Fail()
        m.say(f"{name}{elapsed}")

    @staticmethod
    async def _try(m, host):
        if not m.net.online:
            return None
        try:
            address = await m.net.resolve(host)
        except Fail:
            return None
        if m.air.unreachable(address):
            return None
        return await ping(m.route(address, 0)[0])


@command("+CIPDNS", "+CIPDNS_CUR", "+CIPDNS_DEF")
class NameServers(Command):
    async def query(self, m):
        enable, servers = m.setting("dns") or (0, AUTOMATIC)
        if m.profile.nonos:
            for server in servers:
                m.say(f"{self.name}:{server}")
        else:
            m.say(f"{self.name}:{enable}" + "".join(f',"{server}"' for server in servers))

    async def set(self, m, args):
        enable = args.int(0, 1)
        servers = []
        while args.left():
            servers.append(self._server(args))
        args.end()
        if len(servers) > 3 or len(set(servers)) != len(servers):
            raise Fail()
        m.keep("dns", [enable, servers if enable and servers else AUTOMATIC], self.stores(m))

    @staticmethod
    def _server(args):
        text = args.text(most=45)
        try:
            return str(ipaddress.ip_address(text))
        except ValueError:
            raise args.reject() from None
