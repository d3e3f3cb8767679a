"""A Bluetooth controller on the AirLink: Bumble's, with what its own simulation leaves out.

Added here: all kinds of legacy advertising with their scan responses, scan windows and types, refused and cancelled
connections, real connection parameters, peers that vanish, data length. Classic Bluetooth is added in classic.py.
"""
import dataclasses
import logging
import random
import time

from bumble import controller, hci, ll
from bumble.core import PhysicalTransport

from .link import terminate

ADV_IND, ADV_DIRECT_IND, ADV_SCAN_IND, ADV_NONCONN_IND, SCAN_RSP = range(5)  # event types of advertising reports
ON_AIR = (ADV_IND, ADV_DIRECT_IND, ADV_SCAN_IND, ADV_NONCONN_IND, ADV_DIRECT_IND)  # by HCI advertising type
DIRECT_HIGH_DUTY = 1
WHITE_LIST_SCAN = (1, 3)  # scan filter policies under which an empty list admits nobody
WHITE_LIST_CONNECT = (2, 3)  # the same for connecting to an advertiser
SUCCESS = hci.HCI_ErrorCode.SUCCESS
ANSWERED = 0.2  # seconds until somebody who has been connected to must be there
SUPERVISION = 5.0  # seconds, where a connection does not say

if logging.getLogger("bumble").level == logging.NOTSET:
    logging.getLogger("bumble").setLevel(logging.CRITICAL)


@dataclasses.dataclass
class Advertisement(ll.AdvInd):
    """One advertising event, with what the advertiser would answer to a scan request."""

    kind: int = ADV_IND
    target: hci.Address | None = None
    scan_response: bytes = b""


class Advertiser(controller.LegacyAdvertiser):
    """Sends every kind of legacy advertising, at its true interval with the random delay of the specification."""

    def start(self):
        super().start()
        self.until = None
        if self.advertising_type == DIRECT_HIGH_DUTY:
            self.until = time.monotonic() + 1.28

    def _on_timer_fired(self):
        if self.until and time.monotonic() > self.until:
            self.stop()
            self.controller.connection_failed(self.peer_address, hci.HCI_ErrorCode.ADVERTISING_TIMEOUT_ERROR)
            return
        self.send_advertising_data()
        delay = max(self.advertising_interval_min, 6) * 0.000625 + random.uniform(0, 0.01)
        self.timer_handle = self.controller.loop.call_later(delay, self._on_timer_fired)

    def send_advertising_data(self):
        kind = ON_AIR[self.advertising_type]
        event = Advertisement(self.address, b"" if kind == ADV_DIRECT_IND else bytes(self.advertising_data), kind)
        if kind == ADV_DIRECT_IND:
            event.target = self.peer_address
        elif kind in (ADV_IND, ADV_SCAN_IND):
            event.scan_response = bytes(self.scan_response_data)
        self.controller.send_advertising_pdu(event)

    def admits(self, initiator):
        """True if a connection request of `initiator` is answered."""
        kind = ON_AIR[self.advertising_type]
        if kind == ADV_DIRECT_IND:
            return initiator == self.peer_address
        return kind == ADV_IND and self.advertising_filter_policy not in WHITE_LIST_CONNECT


class LeController(controller.Controller):
    """Bluetooth LE 4.2: no extended advertising, as on the ESP32."""

    le_features = (
        hci.LeFeatureMask.LE_ENCRYPTION
        | hci.LeFeatureMask.CONNECTION_PARAMETERS_REQUEST_PROCEDURE
        | hci.LeFeatureMask.EXTENDED_REJECT_INDICATION
        | hci.LeFeatureMask.LE_PING
        | hci.LeFeatureMask.LE_DATA_PACKET_LENGTH_EXTENSION
        | hci.LeFeatureMask.LL_PRIVACY
    )
    rssi = None  # how strong others receive this one, dBm; None: as the AirLink says
    acl_data_packet_length = 1021
    le_acl_data_packet_length = 251

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.le_legacy_advertiser = Advertiser(self)
        self.seen = set()  # while duplicates are filtered

    # advertising and scanning

    def listens(self, packet):
        """False if an advertising channel packet cannot matter here."""
        if isinstance(packet, ll.ConnectInd):
            return packet.advertiser_address in (self.public_address, self.random_address)
        return self.le_scan_enable or self.pending_le_connection is not None

    def on_ll_advertising_pdu(self, packet):
        if isinstance(packet, ll.ConnectInd):
            self.on_le_connect_ind(packet)
        elif isinstance(packet, (ll.AdvInd, ll.AdvExtInd)):
            self.on_advertising_pdu(packet)

    def on_advertising_pdu(self, pdu):
        kind = getattr(pdu, "kind", ADV_IND)
        target = getattr(pdu, "target", None)
        if target and target not in (self.public_address, self.random_address):
            return
        if self.le_scan_enable and self._hears():
            self._report(pdu, kind)
        wanted = self.pending_le_connection
        if wanted and kind in (ADV_IND, ADV_DIRECT_IND) and wanted.peer_address == pdu.advertiser_address:
            self.create_le_connection(pdu.advertiser_address)

    def _hears(self):
        """True inside the scan window, and if the filter admits anybody."""
        if self.le_scanning_filter_policy in WHITE_LIST_SCAN:
            return False
        slots = self.loop.time() / 0.000625
        return slots % self.le_scan_interval <= self.le_scan_window

    def _report(self, pdu, kind):
        if self.filter_duplicates and pdu.advertiser_address in self.seen:
            return
        self.seen.add(pdu.advertiser_address)
        self._send_report(pdu, kind, pdu.data)
        if self.le_scan_type and kind in (ADV_IND, ADV_SCAN_IND):
            self._send_report(pdu, SCAN_RSP, getattr(pdu, "scan_response", b""))

    def _send_report(self, pdu, kind, data):
        address = pdu.advertiser_address
        report = hci.HCI_LE_Advertising_Report_Event.Report(
            event_type=kind, address_type=address.address_type, address=address, data=data, rssi=pdu.rssi
        )
        self.send_hci_packet(hci.HCI_LE_Advertising_Report_Event([report]))

    def on_hci_le_set_scan_enable_command(self, command):
        self.seen.clear()
        return super().on_hci_le_set_scan_enable_command(command)

    # connecting

    def on_le_connect_ind(self, packet):
        advertiser = self.le_legacy_advertiser
        meant = advertiser.enabled and advertiser.address == packet.advertiser_address
        if not (meant and advertiser.admits(packet.initiator_address)):
            reason = hci.HCI_ErrorCode.CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR
            self.link.send_ll_control_pdu(packet.advertiser_address, packet.initiator_address, ll.TerminateInd(reason))
            return
        advertiser.stop()
        connection = self._connection(packet.advertiser_address, packet.initiator_address, hci.Role.PERIPHERAL)
        connection.supervision = packet.timeout / 100
        self._connection_complete(connection, packet.interval, packet.latency, packet.timeout)

    def create_le_connection(self, peer_address):
        wanted = self.pending_le_connection
        if peer_address in self.le_connections:
            return
        public = wanted.own_address_type in (hci.OwnAddressType.PUBLIC, hci.OwnAddressType.RESOLVABLE_OR_PUBLIC)
        connection = self._connection(self.public_address if public else self.random_address, peer_address, hci.Role.CENTRAL)
        parameters = (wanted.connection_interval_min, wanted.max_latency, wanted.supervision_timeout)
        connection.supervision = wanted.supervision_timeout / 100
        self.pending_le_connection = None
        self.send_advertising_pdu(ll.ConnectInd(connection.self_address, peer_address, *parameters))
        self._connection_complete(connection, *parameters)
        self.loop.call_later(ANSWERED, self._answered, connection)

    def _answered(self, connection):
        if self.link.find_le_controller(connection.peer_address) is None:  # it went as it was being connected to
            self.miss(connection)

    def _connection(self, own, peer, role):
        made = controller.Connection(
            controller=self,
            handle=self.allocate_connection_handle(),
            role=role,
            self_address=own,
            peer_address=peer,
            link=self.link,
            transport=PhysicalTransport.LE,
            link_type=hci.HCI_Connection_Complete_Event.LinkType.ACL,
        )
        self.le_connections[peer] = made
        return made

    def _connection_complete(self, connection, interval, latency, timeout, status=SUCCESS):
        self.send_hci_packet(
            hci.HCI_LE_Connection_Complete_Event(
                status=status,
                connection_handle=connection.handle,
                role=connection.role,
                peer_address_type=connection.peer_address.address_type,
                peer_address=connection.peer_address,
                connection_interval=interval,
                peripheral_latency=latency,
                supervision_timeout=timeout,
                central_clock_accuracy=0,
            )
        )

    def connection_failed(self, peer, status):
        self.send_hci_packet(
            hci.HCI_LE_Connection_Complete_Event(
                status=status,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=peer.address_type,
                peer_address=peer,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
        )

    def on_hci_le_create_connection_cancel_command(self, _command):
        wanted, self.pending_le_connection = self.pending_le_connection, None
        if wanted is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        self.connection_failed(wanted.peer_address, hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR)
        return hci.HCI_StatusReturnParameters(SUCCESS)

    # connected

    def on_ll_control_pdu(self, sender_address, packet):
        connection = self.le_connections.get(sender_address)
        if connection is None:
            return
        if isinstance(packet, ll.ConnectionUpdateInd):
            connection.supervision = packet.timeout / 100
        super().on_ll_control_pdu(sender_address, packet)

    def on_hci_le_connection_update_command(self, command):
        connection = self.find_le_connection_by_handle(command.connection_handle)
        if connection:
            connection.supervision = command.supervision_timeout / 100
        super().on_hci_le_connection_update_command(command)

    def on_hci_le_set_data_length_command(self, command):
        found = self.find_le_connection_by_handle(command.connection_handle)
        status = SUCCESS if found else hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR
        return hci.HCI_StatusAndConnectionHandleReturnParameters(status=status, connection_handle=command.connection_handle)

    # losing

    def miss(self, connection):
        """The other end has vanished: say so when the supervision timeout is over."""
        delay = self.link.supervision
        if delay is None:
            delay = getattr(connection, "supervision", SUPERVISION)
        self.loop.call_later(delay, self._missed, connection)

    def _missed(self, connection):
        if self.le_connections.get(connection.peer_address) is connection:
            self.on_le_disconnected(connection, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)

    def hang_up(self):
        """End all connections properly (the stack is being switched off)."""
        for connection in list(self.le_connections.values()):
            terminate(self.link, connection, hci.HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR)
        self.le_connections.clear()

    def shut(self):
        """Silence."""
        self.le_legacy_advertiser.stop()
        self.le_scan_enable = False
        self.pending_le_connection = None
        self.link.remove_controller(self)
