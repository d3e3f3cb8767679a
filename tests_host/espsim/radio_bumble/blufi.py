"""BluFi, Espressif's provisioning over GATT: frames, security, and the module's side of the talk."""
import hashlib
import secrets
import struct

from bumble import gatt
from bumble.att import Attribute
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SERVICE, TO_MODULE, TO_PHONE = 0xFFFF, 0xFF01, 0xFF02
CONTROL, DATA = 0, 1
# subtypes of control frames
ACK, SECURITY, OPMODE, CONNECT, DISCONNECT, STATUS, DEAUTHENTICATE, VERSION, CLOSE, SCAN = range(10)
# subtypes of data frames
NEGOTIATE, BSSID, SSID, PASSWORD, AP_SSID, AP_PASSWORD, AP_MOST, AP_AUTH, AP_CHANNEL = range(9)
STATUS_REPORT, VERSION_REPORT, SCAN_REPORT, ERROR, CUSTOM = 0x0F, 0x10, 0x11, 0x12, 0x13
# bits of the frame control byte
ENCRYPTED, CHECKSUM, FROM_MODULE, WANTS_ACK, FRAGMENT = 1, 2, 4, 8, 16
# values of an ERROR frame
BAD_SEQUENCE, BAD_CHECKSUM, BAD_DECRYPT = 0, 1, 2


def crc16(data):
    """CRC-16 with polynomial 0x1021, register and result inverted."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ (0x1021 if crc & 0x8000 else 0)) & 0xFFFF
    return crc ^ 0xFFFF


class Codec:
    """One direction pair of frames: numbers, fragments, security. Used by both ends, each with its own instance."""

    def __init__(self, from_module):
        self.direction = FROM_MODULE if from_module else 0
        self.sent = self.seen = 0  # next sequence numbers
        self.key = None
        self.security = {CONTROL: 0, DATA: 0}  # ENCRYPTED | CHECKSUM per kind of frame
        self.partial = b""

    def _crypt(self, sequence, data, encrypt):
        """AES in CFB mode: each block of cipher text, encrypted again, hides the next block."""
        aes = Cipher(algorithms.AES(self.key), modes.ECB()).encryptor()
        last, result = bytes([sequence]) + bytes(15), b""
        for start in range(0, len(data), 16):
            block = data[start : start + 16]
            made = bytes(a ^ b for a, b in zip(block, aes.update(last), strict=False))
            last = made if encrypt else block
            result += made
        return result

    def frames(self, kind, subtype, data, size, plain=False):
        """The frames, each at most `size` bytes, that carry `data`."""
        secured = 0 if plain else self.security[kind]
        room = size - 4 - (2 if secured & CHECKSUM else 0)
        while True:
            fragment = len(data) > room
            piece = struct.pack("<H", len(data)) + data[: room - 2] if fragment else data
            data = data[room - 2 :] if fragment else b""
            yield self._frame(kind | subtype << 2, secured | self.direction | (FRAGMENT if fragment else 0), piece)
            if not fragment:
                return

    def _frame(self, kind, control, piece):
        sequence, self.sent = self.sent, self.sent + 1 & 0xFF
        tail = struct.pack("<H", crc16(bytes([sequence, len(piece)]) + piece)) if control & CHECKSUM else b""
        body = self._crypt(sequence, piece, True) if control & ENCRYPTED and piece else piece
        return bytes([kind, control, sequence, len(piece)]) + body + tail

    def parse(self, frame):
        """(kind, subtype, data, wants_ack, sequence), data None while fragments are missing; ValueError(code) if bad."""
        kind, control, sequence, length = frame[:4]
        if sequence != self.seen:
            raise ValueError(BAD_SEQUENCE)
        self.seen = sequence + 1 & 0xFF
        piece = frame[4 : 4 + length]
        if control & ENCRYPTED and piece:
            if self.key is None:
                raise ValueError(BAD_DECRYPT)
            piece = self._crypt(sequence, piece, False)
        if control & CHECKSUM and struct.pack("<H", crc16(bytes([sequence, length]) + piece)) != frame[4 + length : 6 + length]:
            raise ValueError(BAD_CHECKSUM)
        if control & FRAGMENT:
            self.partial += piece[2:]
            data = None
        else:
            data, self.partial = self.partial + piece, b""
        return kind & 3, kind >> 2, data, bool(control & WANTS_ACK), sequence


def shared_key(peer_public, private, prime):
    """The AES key both ends compute: MD5 of the Diffie-Hellman secret, as long as the prime."""
    secret = pow(peer_public, private, prime)
    return hashlib.md5(secret.to_bytes((prime.bit_length() + 7) // 8, "big")).digest()


class ModuleSide:
    """The talk with one phone. `handler` answers: see cmd_ble_blufi.Blufi."""

    def __init__(self, handler, stack, connection, notifier):
        self.handler = handler
        self.stack = stack
        self.connection = connection
        self.notifier = notifier  # the characteristic towards the phone
        self.codec = Codec(from_module=True)
        self.parameters = b""  # of Diffie-Hellman
        self.parameter_size = 0

    async def send(self, kind, subtype, data, plain=False):
        size = min(self.connection.att_mtu - 3, 255)
        for frame in self.codec.frames(kind, subtype, data, size, plain):
            await self.stack.server.notify_subscriber(self.connection, self.notifier, frame, force=True)

    async def receive(self, frame):
        try:
            kind, subtype, data, wants_ack, sequence = self.codec.parse(frame)
        except (ValueError, IndexError) as error:
            code = error.args[0] if isinstance(error, ValueError) and isinstance(error.args[0], int) else 9
            await self.send(DATA, ERROR, bytes([code]), plain=True)
            return
        if wants_ack:
            await self.send(CONTROL, ACK, bytes([sequence]))
        if data is None:
            return
        if (kind, subtype) == (DATA, NEGOTIATE):
            await self._negotiate(data)
        elif (kind, subtype) == (CONTROL, SECURITY):
            self.codec.security = {DATA: _security(data[0] & 15), CONTROL: _security(data[0] >> 4)}
        else:
            await self.handler.frame(self, kind, subtype, data)

    async def _negotiate(self, data):
        """First the size of the parameters, then they themselves; the answer is this side's public number."""
        if data[0] == 0:
            self.parameter_size = int.from_bytes(data[1:3], "big")
            return
        numbers, rest = [], data[1:]
        for _ in range(3):
            size = int.from_bytes(rest[:2], "big")
            numbers.append(int.from_bytes(rest[2 : 2 + size], "big"))
            rest = rest[2 + size :]
        prime, generator, peer = numbers
        private = secrets.randbits(256)
        public = pow(generator, private, prime).to_bytes((prime.bit_length() + 7) // 8, "big")
        await self.send(DATA, NEGOTIATE, public, plain=True)
        self.codec.key = shared_key(peer, private, prime)


def _security(bits):
    """Frame control bits of a security mode: bit 0 checksum, bit 1 encryption."""
    return (CHECKSUM if bits & 1 else 0) | (ENCRYPTED if bits & 2 else 0)


def service(received):
    """(the GATT service, its notifying characteristic). `received(connection, frame)` gets what phones write."""
    properties = gatt.Characteristic.Properties
    towards_module = gatt.Characteristic(
        gatt.UUID.from_16_bits(TO_MODULE),
        properties.WRITE,
        Attribute.WRITEABLE,
        gatt.CharacteristicValue(write=received),
    )
    towards_phone = gatt.Characteristic(
        gatt.UUID.from_16_bits(TO_PHONE), properties.READ | properties.NOTIFY, Attribute.READABLE, b""
    )
    return gatt.Service(gatt.UUID.from_16_bits(SERVICE), [towards_module, towards_phone]), towards_phone
