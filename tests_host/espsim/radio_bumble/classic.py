"""The BR/EDR half of the simulated controller: inquiry, paging, PIN pairing, stored link keys, encryption.

Bumble's own controller has connections and Secure Simple Pairing; the rest is here, in its simplest true form.
"""
import dataclasses
import hashlib

from bumble import controller, hci, lmp

from .controller import SUCCESS, SUPERVISION, LeController

LIMITED_LAP = 0x9E8B00
INQUIRY_UNIT = 1.28  # seconds
INQUIRY_SCAN, PAGE_SCAN = 1, 2
Error = hci.HCI_ErrorCode
Features = hci.LmpFeatureMask


@dataclasses.dataclass
class PinWanted(lmp.Packet):
    """The other side wants to pair the old way."""


@dataclasses.dataclass
class PinProof(lmp.Packet):
    """What a PIN code makes of the two addresses; None: there is no PIN."""

    proof: bytes | None = None


@dataclasses.dataclass
class KeyProof(lmp.Packet):
    """The initiator has a stored link key: this is its fingerprint."""

    proof: bytes


@dataclasses.dataclass
class KeyAnswer(lmp.Packet):
    status: int


@dataclasses.dataclass
class Encrypted(lmp.Packet):
    """The link is being encrypted."""

    enabled: int


def digest(secret, one, other):
    """The same on both sides, whoever asks."""
    return hashlib.sha256(secret + b"".join(sorted([bytes(one), bytes(other)]))).digest()[:16]


class DualController(LeController):
    """A controller for Bluetooth LE and BR/EDR, as on the ESP32."""

    lmp_features = (
        Features.LE_SUPPORTED_CONTROLLER
        | Features.EXTENDED_FEATURES
        | Features.ENCRYPTION
        | Features.ROLE_SWITCH
        | Features.RSSI_WITH_INQUIRY_RESULTS
        | Features.EXTENDED_INQUIRY_RESPONSE
        | Features.SECURE_SIMPLE_PAIRING_CONTROLLER_SUPPORT
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.class_of_device = 0
        self.inquiry_response = bytes(240)
        self.limited_discoverable = False
        self.inquiry = None  # [timer, rounds left, responses left]

    # visible and reachable

    @property
    def inquiry_scanning(self):
        return bool(self.classic_scan_enable & INQUIRY_SCAN)

    @property
    def page_scanning(self):
        return bool(self.classic_scan_enable & PAGE_SCAN)

    def on_hci_write_class_of_device_command(self, command):
        self.class_of_device = command.class_of_device
        return hci.HCI_StatusReturnParameters(SUCCESS)

    def on_hci_write_extended_inquiry_response_command(self, command):
        self.inquiry_response = bytes(command.extended_inquiry_response).ljust(240, b"\0")
        return hci.HCI_StatusReturnParameters(SUCCESS)

    # inquiry

    def on_hci_write_inquiry_mode_command(self, _command):
        return hci.HCI_StatusReturnParameters(SUCCESS)

    def on_hci_inquiry_command(self, command):
        if self.inquiry:
            self._send_hci_command_status(Error.COMMAND_DISALLOWED_ERROR, command.op_code)
            return
        self._send_hci_command_status(hci.HCI_COMMAND_STATUS_PENDING, command.op_code)
        self.inquiry = [None, command.inquiry_length, command.num_responses or -1]
        self._inquire(command.lap == LIMITED_LAP)

    def _inquire(self, limited):
        _, rounds, left = self.inquiry
        for found in self.link.discoverable(self, limited):
            if rounds and left:
                self._inquiry_result(found)
                left -= 1
        if not rounds or not left:
            self.inquiry = None
            self.send_hci_packet(hci.HCI_Inquiry_Complete_Event(status=SUCCESS))
            return
        timer = self.loop.call_later(INQUIRY_UNIT * self.link.pace, self._inquire, limited)
        self.inquiry = [timer, rounds - 1, left]

    def _inquiry_result(self, found):
        self.send_hci_packet(
            hci.HCI_Extended_Inquiry_Result_Event(
                num_responses=1,
                bd_addr=found.public_address,
                page_scan_repetition_mode=1,
                reserved=0,
                class_of_device=found.class_of_device,
                clock_offset=0,
                rssi=self.link.strength(found),
                extended_inquiry_response=found.inquiry_response,
            )
        )

    def on_hci_inquiry_cancel_command(self, _command):
        if self.inquiry:
            self.inquiry[0].cancel()
            self.inquiry = None
        return hci.HCI_StatusReturnParameters(SUCCESS)

    # paging

    def on_classic_connection_complete(self, peer_address, status):
        if status != SUCCESS:
            self.classic_connections.pop(peer_address, None)
        super().on_classic_connection_complete(peer_address, status)

    def on_hci_create_connection_cancel_command(self, command):
        connection = self.classic_connections.get(command.bd_addr)
        if connection is None or connection.handle:
            return hci.HCI_StatusAndAddressReturnParameters(Error.UNKNOWN_CONNECTION_IDENTIFIER_ERROR, command.bd_addr)
        self.classic_pending_commands.get(command.bd_addr, {}).pop(lmp.Opcode.LMP_HOST_CONNECTION_REQ, None)
        self.on_classic_connection_complete(command.bd_addr, Error.UNKNOWN_CONNECTION_IDENTIFIER_ERROR)
        return hci.HCI_StatusAndAddressReturnParameters(SUCCESS, command.bd_addr)

    def on_hci_reject_connection_request_command(self, command):
        self._send_hci_command_status(SUCCESS, command.op_code)
        self.classic_connections.pop(command.bd_addr, None)
        refusal = lmp.LmpNotAccepted(lmp.Opcode.LMP_HOST_CONNECTION_REQ, command.reason)
        self.link.send_lmp_packet(self, command.bd_addr, refusal)

    # authentication: stored key first, then simple pairing or PIN

    def on_hci_authentication_requested_command(self, command):
        connection = self.find_classic_connection_by_handle(command.connection_handle)
        if connection is None:
            self._send_hci_command_status(Error.UNKNOWN_CONNECTION_IDENTIFIER_ERROR, command.op_code)
            return
        self._send_hci_command_status(hci.HCI_COMMAND_STATUS_PENDING, command.op_code)
        self._begin(connection, initiator=True)
        self.send_hci_packet(hci.HCI_Link_Key_Request_Event(bd_addr=connection.peer_address))

    def _verify_peer_dhkey_check(self, connection, check_value):
        """Bumble's check; a failure is told to the peer, which would wait for ever."""
        connection.verifying = True
        super()._verify_peer_dhkey_check(connection, check_value)
        connection.verifying = False

    def _on_ssp_failed(self, connection, error_code):
        if connection.failed:
            return
        connection.failed = True
        if connection.verifying:
            self.link.send_lmp_packet(self, connection.peer_address, lmp.LmpPasskeyFailed())
        super()._on_ssp_failed(connection, error_code)

    def _begin(self, connection, initiator):
        connection.ssp_state = controller.SspState(is_initiator=initiator)
        connection.pin = connection.proof = None
        connection.failed = connection.verifying = False
        connection.checking = None  # the fingerprint of the peer's stored key

    def on_hci_link_key_request_reply_command(self, command):
        connection = self.classic_connections.get(command.bd_addr)
        if connection:
            connection.ssp_state.link_key = command.link_key
            proof = digest(command.link_key, self.public_address, connection.peer_address)
            if connection.checking is None:
                self.link.send_lmp_packet(self, command.bd_addr, KeyProof(proof))
            else:
                self._answer_key(connection, SUCCESS if proof == connection.checking else Error.AUTHENTICATION_FAILURE_ERROR)
        return hci.HCI_StatusAndAddressReturnParameters(SUCCESS, command.bd_addr)

    def on_hci_link_key_request_negative_reply_command(self, command):
        connection = self.classic_connections.get(command.bd_addr)
        if connection and connection.checking is not None:
            self._answer_key(connection, Error.PIN_OR_KEY_MISSING_ERROR)
        elif connection and self._simple_pairing_with(command.bd_addr):
            self.send_hci_packet(hci.HCI_IO_Capability_Request_Event(bd_addr=command.bd_addr))
        elif connection:
            self.link.send_lmp_packet(self, command.bd_addr, PinWanted())
            self.send_hci_packet(hci.HCI_PIN_Code_Request_Event(bd_addr=command.bd_addr))
        return hci.HCI_StatusAndAddressReturnParameters(SUCCESS, command.bd_addr)

    def _answer_key(self, connection, status):
        connection.checking = None
        self.link.send_lmp_packet(self, connection.peer_address, KeyAnswer(status))
        if status == SUCCESS:
            self._authenticated(connection, status)

    def _simple_pairing_with(self, address):
        peer = self.link.find_classic_controller(address)
        both = self.lmp_features & (peer.lmp_features if peer else 0)
        return bool(both & Features.SECURE_SIMPLE_PAIRING_HOST_SUPPORT)

    def _authenticated(self, connection, status):
        self.send_hci_packet(hci.HCI_Authentication_Complete_Event(status=status, connection_handle=connection.handle))

    # PIN pairing

    def on_hci_pin_code_request_reply_command(self, command):
        pin = bytes(command.pin_code[: command.pin_code_length])
        return self._pin(command.bd_addr, digest(pin, self.public_address, command.bd_addr))

    def on_hci_pin_code_request_negative_reply_command(self, command):
        return self._pin(command.bd_addr, None)

    def _pin(self, address, proof):
        connection = self.classic_connections.get(address)
        if connection:
            connection.pin = (proof,)
            self.link.send_lmp_packet(self, address, PinProof(proof))
            self._compare_pins(connection)
        return hci.HCI_StatusAndAddressReturnParameters(SUCCESS, address)

    def _compare_pins(self, connection):
        if connection.pin is None or connection.proof is None:
            return
        (own,), (theirs,) = connection.pin, connection.proof
        if own is None or theirs is None:
            self._authenticated(connection, Error.PIN_OR_KEY_MISSING_ERROR)
        elif own != theirs:
            self._authenticated(connection, Error.AUTHENTICATION_FAILURE_ERROR)
        else:
            connection.ssp_state.link_key = digest(own, b"", b"")
            self.send_hci_packet(
                hci.HCI_Link_Key_Notification_Event(
                    bd_addr=connection.peer_address,
                    link_key=connection.ssp_state.link_key,
                    key_type=hci.LinkKeyType.COMBINATION_KEY,
                )
            )
            self._authenticated(connection, SUCCESS)

    # encryption

    def on_hci_set_connection_encryption_command(self, command):
        connection = self.find_classic_connection_by_handle(command.connection_handle)
        if connection is None or connection.ssp_state.link_key is None:
            self._send_hci_command_status(Error.COMMAND_DISALLOWED_ERROR, command.op_code)
            return
        self._send_hci_command_status(hci.HCI_COMMAND_STATUS_PENDING, command.op_code)
        self.link.send_lmp_packet(self, connection.peer_address, Encrypted(command.encryption_enable))
        self._encrypted(connection, command.encryption_enable)

    def _encrypted(self, connection, enabled):
        self.send_hci_packet(
            hci.HCI_Encryption_Change_Event(
                status=SUCCESS, connection_handle=connection.handle, encryption_enabled=enabled
            )
        )

    # what comes from the other side

    def on_lmp_packet(self, sender_address, packet):
        connection = self.classic_connections.get(sender_address)
        if isinstance(packet, (lmp.LmpAccepted, lmp.LmpNotAccepted)) and self._late(sender_address, packet):
            return
        if not isinstance(packet, (PinWanted, PinProof, KeyProof, KeyAnswer, Encrypted)):
            if isinstance(packet, lmp.LmpIoCapabilityReq) and connection:
                self._begin(connection, initiator=False)
            super().on_lmp_packet(sender_address, packet)
        elif connection:
            self._on_own_packet(connection, packet)

    def _late(self, address, packet):
        """True for an answer nobody waits for any more: paging was cancelled."""
        waiting = self.classic_pending_commands.get(address, {}).get(lmp.Opcode(packet.response_opcode))
        return waiting is None or waiting.done()

    def _on_own_packet(self, connection, packet):
        match packet:
            case PinWanted():
                self._begin(connection, initiator=False)
                self.send_hci_packet(hci.HCI_PIN_Code_Request_Event(bd_addr=connection.peer_address))
            case PinProof():
                connection.proof = (packet.proof,)
                self._compare_pins(connection)
            case KeyProof():
                self._begin(connection, initiator=False)
                connection.checking = packet.proof
                self.send_hci_packet(hci.HCI_Link_Key_Request_Event(bd_addr=connection.peer_address))
            case KeyAnswer():
                self._authenticated(connection, packet.status)
            case Encrypted():
                self._encrypted(connection, packet.enabled)

    # losing

    def miss(self, connection):
        if connection in self.le_connections.values():
            super().miss(connection)
            return
        delay = SUPERVISION if self.link.supervision is None else self.link.supervision
        self.loop.call_later(delay, self._missed_classic, connection)

    def _missed_classic(self, connection):
        if self.classic_connections.get(connection.peer_address) is connection:
            self.on_classic_disconnected(connection.peer_address, Error.CONNECTION_TIMEOUT_ERROR)

    def hang_up(self):
        super().hang_up()
        for connection in list(self.classic_connections.values()):
            reason = Error.REMOTE_USER_TERMINATED_CONNECTION_ERROR
            self.link.send_lmp_packet(self, connection.peer_address, lmp.LmpDetach(reason))
        self.classic_connections.clear()

    def shut(self):
        if self.inquiry and self.inquiry[0]:
            self.inquiry[0].cancel()
        self.classic_scan_enable = 0
        super().shut()
