"""Scanning and advertising of a module."""
import random

from bumble import core, hci
from bumble.core import AdvertisingData
from bumble.device import AdvertisingType

from .controller import SCAN_RSP
from .device import mac

TYPES = (
    AdvertisingType.UNDIRECTED_CONNECTABLE_SCANNABLE,
    AdvertisingType.DIRECTED_CONNECTABLE_HIGH_DUTY,
    AdvertisingType.UNDIRECTED_SCANNABLE,
    AdvertisingType.UNDIRECTED,
    AdvertisingType.DIRECTED_CONNECTABLE_LOW_DUTY,
)
TX_POWER = 3  # dBm, as AT+BLEADVDATAEX tells it


def private_address():
    """A non-resolvable private address."""
    return ":".join(f"{byte:02x}" for byte in (random.randrange(0x40), *random.randbytes(5)))


async def advertise(stack, parameters, data, response):
    """Start. `parameters` as AT+BLEADVPARAM takes them."""
    low, high, kind, own, channels, policy, peer_kind, peer = parameters
    device = stack.device
    await device.stop_advertising()
    own_type = hci.OwnAddressType.RANDOM if own else hci.OwnAddressType.PUBLIC
    target = hci.Address(peer, hci.Address.RANDOM_DEVICE_ADDRESS if peer_kind else hci.Address.PUBLIC_DEVICE_ADDRESS)
    await device.start_advertising(
        advertising_type=TYPES[kind],
        target=target,
        own_address_type=own_type,
        advertising_data=data,
        scan_response_data=response,
        advertising_interval_min=low * 0.625,
        advertising_interval_max=high * 0.625,
    )
    stack.controller.le_legacy_advertiser.advertising_filter_policy = policy
    stack.controller.le_legacy_advertiser.advertising_channel_map = channels


def advertising(stack):
    return stack.controller.le_legacy_advertiser.enabled


async def stop_advertising(stack):
    await stack.device.stop_advertising()


async def start_scan(stack, parameters):
    """`parameters` as AT+BLESCANPARAM takes them."""
    kind, own, policy, interval, window = parameters
    await stack.device.send_sync_command(
        hci.HCI_LE_Set_Scan_Parameters_Command(
            le_scan_type=kind,
            le_scan_interval=interval,
            le_scan_window=window,
            own_address_type=own & 1,
            scanning_filter_policy=policy,
        )
    )
    await _scan(stack, 1)


async def stop_scan(stack):
    await _scan(stack, 0)


async def _scan(stack, on):
    await stack.device.send_sync_command(hci.HCI_LE_Set_Scan_Enable_Command(le_scan_enable=on, filter_duplicates=0))


def names(data):
    """The complete and the shortened name in advertising data, as bytes."""
    fields = AdvertisingData.from_bytes(data)
    wanted = (AdvertisingData.COMPLETE_LOCAL_NAME, AdvertisingData.SHORTENED_LOCAL_NAME)
    return [value for kind, value in fields.ad_structures if kind in wanted]


class Reports:
    """Turns advertising reports into rows: (mac, rssi, data, response, address type, event type).

    `split`: an event and the response to it are rows of their own (NimBLE). Otherwise, in an active scan, one row
    has both.
    """

    def __init__(self, stack, show, *, active, split):
        self.host = stack.device.host
        self.show = show
        self.active = active
        self.split = split
        self.waiting = {}  # address -> report whose response is to come
        self.host.on("advertising_report", self._report)

    def close(self):
        self.host.remove_listener("advertising_report", self._report)

    def _report(self, report):
        if report.event_type == SCAN_RSP:
            event = self.waiting.pop(report.address, report)
            if self.split:
                self._row(report, b"", report.data)
            else:
                self._row(event, event.data, report.data)
        elif self.active and not self.split and report.event_type in (0, 2):
            self.waiting[report.address] = report
        else:
            self._row(report, report.data, b"")

    def _row(self, report, data, response):
        kind = report.address.address_type & 1
        self.show((mac(report.address), report.rssi, bytes(data), bytes(response), kind, int(report.event_type)))


def compose(name, uuid, manufacturer, include_power):
    """Advertising data as AT+BLEADVDATAEX puts it together."""
    structures = [(AdvertisingData.FLAGS, b"\x06"), (AdvertisingData.COMPLETE_LOCAL_NAME, name)]
    if include_power:
        structures.append((AdvertisingData.TX_POWER_LEVEL, bytes([TX_POWER])))
    if uuid:
        parsed = core.UUID(uuid)
        short = AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS
        kinds = {2: short, 4: short + 2, 16: short + 4}
        structures.append((kinds[len(parsed.to_bytes())], parsed.to_bytes()))
    if manufacturer:
        structures.append((AdvertisingData.MANUFACTURER_SPECIFIC_DATA, manufacturer))
    return bytes(AdvertisingData(structures))
