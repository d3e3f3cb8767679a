"""Joining WPA2 enterprise access points: AT+CWJEAP. Refusals carry the guide's 0x8xxx codes (3.2.26)."""
import asyncio

from . import tls
from .air import EAP_TLS
from .cmd_mqtt import LENGTH_MISMATCH, OUT_OF_RANGE, WRONG_COUNT
from .codes import AtError, Fail
from .command import Command, command
from .station import JOIN_DEFAULTS

CLIENT_CERTIFICATE, SERVER_CERTIFICATE = 1, 2  # bits of <security>
MISSING = {"NO CA FOUND": 0x8008, "NO CERT FOUND": 0x800B, "NO PRVT_KEY FOUND": 0x800D}
NOT_STATION, ALREADY, TIMED_OUT, UNMATCHED, COUNT = 0x8022, 0x8011, 0x8016, 0x801F, 0x8020


def read(unreadable, bad, method, *limits, **options):
    """One argument; its failure as this command reports it."""
    try:
        return method(*limits, **options)
    except AtError as error:
        if error.sub == WRONG_COUNT:
            raise Fail(COUNT) from None
        raise Fail(bad if error.sub in (LENGTH_MISMATCH, OUT_OF_RANGE) else unreadable) from None


@command("+CWJEAP")
class JoinEnterprise(Command):
    async def query(self, m):
        config = m.wifi.config or {}
        eap = config.get("eap")
        if m.wifi.point is None or not eap:
            return
        head = b'+CWJEAP:"%s",%d,' % (config["ssid"], eap["method"])
        m.say(head + f'"{eap["identity"]}","{eap["username"]}","{eap["password"]}",{eap["security"]}'.encode("latin-1"))

    async def set(self, m, args):
        config = self._arguments(m, args)
        if not m.wifi.is_station:
            raise Fail(NOT_STATION)
        if m.wifi.point and m.wifi.config.get("eap"):
            raise Fail(ALREADY)
        m.keep("cwjap", config, self.stores(m))
        m.keep("reconn", [config["reconn"], m.wifi.reconnect[1]], self.stores(m))
        begin = m.loop.time()
        if await m.wifi.join(config):
            await asyncio.sleep(begin + config["timeout"] * m.air.second - m.loop.time())  # it goes on trying
            m.say("+CWJEAP:Timeout")
            raise Fail(TIMED_OUT)

    def _arguments(self, m, args):
        ssid = read(0x8012, 0x8014, args.bytes, 32, 1)
        eap = {"method": read(0x8015, 0x8024, args.int, 0, 2)}
        tls_method = eap["method"] == EAP_TLS
        eap["identity"] = read(0x8017, 0x8018, args.text, 32, 1)
        optional = {"default": ""} if tls_method else {}
        eap["username"] = read(0x8019, 0x801A, args.text, 32, 0 if tls_method else 1, **optional)
        eap["password"] = read(0x801B, 0x801C, args.text, 32, 0 if tls_method else 1, **optional)
        eap["security"] = read(0x801D, 0x801E, args.int, 0, 3)
        timeout = read(COUNT, COUNT, args.int, 3, 600, default=15)
        if args.left():
            raise Fail(COUNT)
        if tls_method and not eap["security"] & CLIENT_CERTIFICATE:
            raise Fail(UNMATCHED)
        eap["certificate"] = self._items(m, eap["security"])
        return {**JOIN_DEFAULTS, "ssid": ssid, "timeout": timeout, "eap": eap}

    @staticmethod
    def _items(m, security):
        try:
            own, _ = tls.pki(m, "wpa2", own=security & CLIENT_CERTIFICATE, ca=security & SERVER_CERTIFICATE)
        except tls.Missing as missing:
            raise Fail(MISSING[str(missing)]) from None
        return own[0] if own else None
