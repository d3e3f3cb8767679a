"""Bluetooth LE: scanning and advertising."""
import asyncio

from . import radio
from .cmd_ble import CLIENT, MOST_LINKS, SERVER
from .codes import Fail
from .command import Command
from .radio import command

ADV_DEFAULT = (0x20, 0x40, 0, 0, 7, 0, 0, "00:00:00:00:00:00")
BY_ADDRESS, BY_NAME = 1, 2
MOST_DATA = 31


def gap():
    return radio.load("gap")


@command("+BLESCANPARAM")
class ScanParam(Command):
    async def query(self, m):
        m.ble.need(CLIENT)
        m.say("+BLESCANPARAM:" + ",".join(map(str, m.ble.scan_param)), end=b"")

    async def set(self, m, args):
        values = (args.int(0, 1), args.int(0, 3), args.int(0, 3), args.int(4, 0x4000), args.int(4, 0x4000))
        args.end()
        m.ble.need(CLIENT)
        if values[4] > values[3] or m.ble.scanning:
            raise Fail()
        m.ble.scan_param = values


@command("+BLESCAN")
class Scan(Command):
    async def set(self, m, args):
        enable, seconds = args.int(0, 1), args.int(default=0)
        kind = args.int(BY_ADDRESS, BY_NAME, default=None)
        wanted = args.text() if kind else None
        args.end()
        stack = m.ble.need(CLIENT)
        if bool(m.ble.scanning) == bool(enable):
            raise Fail()
        if enable:
            await self._start(m, stack, seconds, kind, wanted)
        else:
            await m.ble.stop_scan()

    async def _start(self, m, stack, seconds, kind, wanted):
        await gap().start_scan(stack, m.ble.scan_param)
        started = asyncio.Event()
        m.ble.scanning = m.spawn(self._run(m, stack, seconds, kind, wanted, started))
        m.after_final(started.set)

    async def _run(self, m, stack, seconds, kind, wanted, started):
        """Rows may come before or after the OK; here they come after it."""
        reports = None
        try:
            await started.wait()
            reports = gap().Reports(
                stack, lambda row: self._show(m, row, kind, wanted), active=bool(m.ble.scan_param[0]), split=radio.nimble(m)
            )
            await asyncio.sleep(seconds * stack.link.pace if seconds else 1e9)
            if m.profile.version >= (3, 2):
                m.report("+BLESCANDONE")
        finally:
            if reports:
                reports.close()
            m.ble.scanning = None
            await gap().stop_scan(stack)

    @staticmethod
    def _show(m, row, kind, wanted):
        address, rssi, data, response, address_kind, event = row
        if kind == BY_ADDRESS and wanted.lower() != address:
            return
        if kind == BY_NAME and wanted.encode("latin-1") not in gap().names(data) + gap().names(response):
            return
        tail = f",{event}" if radio.nimble(m) else ""
        m.report(f'+BLESCAN:"{address}",{rssi},{data.hex()},{response.hex()},{address_kind}{tail}')


class Data(Command):
    """Base of the commands that set raw advertising data as hexadecimal digits."""

    @staticmethod
    def _data(args):
        text = args.text(most=2 * MOST_DATA)
        args.end()
        try:
            return bytes.fromhex(text)
        except ValueError:
            raise args.reject() from None


@command("+BLESCANRSPDATA")
class ScanResponse(Data):
    async def query(self, m):
        m.ble.need(SERVER)
        m.say(f'+BLESCANRSPDATA:"{m.ble.scan_response.hex()}"', end=b"")

    async def set(self, m, args):
        data = self._data(args)
        m.ble.need(SERVER)
        m.ble.scan_response = data
        await refresh(m)


@command("+BLEADVDATA")
class AdvData(Data):
    async def query(self, m):
        m.ble.need(SERVER)
        m.say(f'+BLEADVDATA:"{m.ble.adv_data.hex()}"', end=b"")

    async def set(self, m, args):
        data = self._data(args)
        m.ble.need(SERVER)
        parameters_first(m)
        m.ble.adv_data, m.ble.adv_ex = data, None
        await refresh(m)


def parameters_first(m):
    """NimBLE firmware wants AT+BLEADVPARAM before anything else of advertising."""
    if radio.nimble(m) and m.ble.adv_param is None:
        raise Fail()


async def refresh(m):
    """New data of advertising under way are sent from now on."""
    advertiser = m.ble.stack.controller.le_legacy_advertiser
    advertiser.advertising_data = m.ble.adv_data
    advertiser.scan_response_data = m.ble.scan_response


async def start(m):
    stack = m.ble.need(SERVER)
    parameters_first(m)
    if gap().advertising(stack) or len(m.ble.links) >= MOST_LINKS:
        raise Fail()
    parameters = m.ble.adv_param or ADV_DEFAULT
    if parameters[3] and not m.ble.random_address:
        raise Fail()
    await gap().advertise(stack, parameters, m.ble.adv_data, m.ble.scan_response)


@command("+BLEADVPARAM")
class AdvParam(Command):
    """From the ESP32-C3 on with primary and secondary PHY."""

    async def query(self, m):
        m.ble.need(SERVER)
        *numbers, peer = m.ble.adv_param or ADV_DEFAULT
        phys = "" if m.profile.chip == "ESP32" else ",1,1"
        m.say("+BLEADVPARAM:" + ",".join(map(str, numbers)) + f',"{peer}"{phys}', end=b"")

    async def set(self, m, args):
        low, high = args.int(0x20, 0x4000), args.int(0x20, 0x4000)
        kind, own, channels = args.int(0, 4), args.int(0, 1), args.int(1, 7)
        policy, peer_kind = args.int(0, 3, default=0), args.int(0, 1, default=0)
        peer = args.text(17, 17, default=None)
        if m.profile.chip != "ESP32":
            args.int(1, 3, default=1)
            args.int(1, 3, default=1)
        args.end()
        m.ble.need(SERVER)
        if low > high or (kind in (1, 4) and peer is None):
            raise Fail()
        m.ble.adv_param = (low, high, kind, own, channels, policy, peer_kind, self._address(peer))

    @staticmethod
    def _address(text):
        if text is None:
            return ADV_DEFAULT[-1]
        try:
            radio.load("device").le_address(text, 0)
        except ValueError:
            raise Fail() from None
        return text.lower()


@command("+BLEADVDATAEX")
class AdvDataEx(Command):
    """Puts the data together and starts advertising."""

    async def query(self, m):
        m.ble.need(SERVER)
        name, uuid, maker, power = m.ble.adv_ex or (b"", "", b"", 0)
        m.say(b'+BLEADVDATAEX:"' + name + f'","{uuid}","{maker.hex()}",{power}'.encode(), end=b"")

    async def set(self, m, args):
        name, uuid = args.bytes(), args.text(most=36)
        maker, power = args.text(most=2 * MOST_DATA), args.int(0, 1)
        args.end()
        stack = m.ble.need(SERVER)
        parameters_first(m)
        try:
            maker = bytes.fromhex(maker)
            data = gap().compose(name, uuid.removeprefix("0x"), maker, power)
        except ValueError:
            raise Fail() from None
        if len(data) > MOST_DATA:
            raise Fail()
        m.ble.adv_data, m.ble.adv_ex = data, (name, uuid, maker, power)
        old = m.ble.adv_param or ADV_DEFAULT
        m.ble.adv_param = (*old[:2], 0, *old[3:])
        if gap().advertising(stack):
            await refresh(m)
        else:
            await start(m)


@command("+BLEADVSTART")
class AdvStart(Command):
    async def execute(self, m):
        await start(m)


@command("+BLEADVSTOP")
class AdvStop(Command):
    async def execute(self, m):
        stack = m.ble.need(SERVER)
        if not gap().advertising(stack):
            raise Fail()
        await gap().stop_advertising(stack)
