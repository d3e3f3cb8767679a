"""The phone's side of BluFi for tests, written on its own: it shares no code with the module's side.

    with Phone(air) as phone:
        app = BlufiApp(phone, module_address)
        app.negotiate()                     # from here on encrypted, with checksums
        app.provision("espressif", "1234567890")
"""
import binascii
import hashlib
import secrets
import struct
import threading

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

try:
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
except ImportError:  # older versions of the package
    from cryptography.hazmat.primitives.ciphers.modes import CFB

# the 1024-bit group of RFC 2409, as Espressif's app uses it
PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)
GENERATOR = 2
SIZE = (PRIME.bit_length() + 7) // 8


class BlufiApp:
    """Connects to a module that advertises BluFi. `answers` collects (kind, subtype, data) of what it sends."""

    def __init__(self, phone, address, mtu=256):
        self.phone = phone
        self.connection = phone.connect(address)
        phone.discover(self.connection)
        if mtu:
            phone.call(self.connection.gatt_client.request_mtu, mtu)
        self.out = phone.find(self.connection, 0xFF01)
        self.number = 0
        self.expected = 0
        self.key = None
        self.secured = False
        self.partial = b""
        self.answers = []
        self.arrival = threading.Condition()
        self.broken = []  # frames that were wrong
        phone.call(phone.find(self.connection, 0xFF02).subscribe, self._frame)

    # receiving

    def _cipher(self, number):
        return Cipher(algorithms.AES(self.key), CFB(bytes([number]) + bytes(15)))

    def _frame(self, frame):
        kind, control, number, length = frame[:4]
        data = frame[4 : 4 + length]
        if control & 1:
            data = self._cipher(number).decryptor().update(data)
        checksum = struct.pack("<H", binascii.crc_hqx(bytes([number, length]) + data, 0xFFFF) ^ 0xFFFF)
        wrong = number != self.expected or not control & 4 or control & 2 and frame[4 + length :] != checksum
        self.expected = number + 1 & 255
        if wrong:
            self.broken.append(bytes(frame))
        if control & 16:
            self.partial += data[2:]
            return
        data, self.partial = self.partial + data, b""
        with self.arrival:
            self.answers.append((kind & 3, kind >> 2, bytes(data)))
            self.arrival.notify_all()

    def wait(self, kind, subtype, timeout=5):
        """The data of the next answer of this sort."""
        with self.arrival:
            assert self.arrival.wait_for(lambda: self._has(kind, subtype), timeout), self.answers
            found = next(one for one in self.answers if one[:2] == (kind, subtype))
            self.answers.remove(found)
            return found[2]

    def _has(self, kind, subtype):
        return any(one[:2] == (kind, subtype) for one in self.answers)

    # sending

    def send(self, kind, subtype, data=b"", *, chunk=200, ack=False):
        """One message, in pieces of at most `chunk` bytes."""
        while True:
            more = len(data) > chunk
            piece = struct.pack("<H", len(data)) + data[:chunk] if more else data
            data = data[chunk:] if more else b""
            self.raw(kind | subtype << 2, piece, (16 if more else 0) | (8 if ack else 0))
            if not more:
                return

    def raw(self, kind, piece, control=0, number=None, spoil=False):
        number = self.number if number is None else number
        self.number = number + 1 & 255
        tail = b""
        body = piece
        if self.secured:
            control |= 3
            crc = binascii.crc_hqx(bytes([number, len(piece)]) + piece, 0xFFFF) ^ 0xFFFF
            tail = struct.pack("<H", crc ^ (1 if spoil else 0))
            body = self._cipher(number).encryptor().update(piece) if piece else piece
        frame = bytes([kind, control, number, len(piece)]) + body + tail
        self.phone.call(self.out.write_value, frame, with_response=True)

    # the steps of the app

    def negotiate(self):
        """Agree on a key, then switch security on for both kinds of frame."""
        private = secrets.randbits(512)
        numbers = [PRIME.to_bytes(SIZE, "big"), bytes([GENERATOR]), pow(GENERATOR, private, PRIME).to_bytes(SIZE, "big")]
        parameters = b"".join(struct.pack(">H", len(one)) + one for one in numbers)
        self.send(1, 0, b"\0" + struct.pack(">H", len(parameters)))
        self.send(1, 0, b"\1" + parameters, chunk=100)
        theirs = int.from_bytes(self.wait(1, 0), "big")
        self.key = hashlib.md5(pow(theirs, private, PRIME).to_bytes(SIZE, "big")).digest()
        self.send(0, 1, b"\x33")
        self.secured = True

    def provision(self, ssid, password, mode=1):
        """Credentials, connect, and the report of what came of it: (mode, state, SSID)."""
        self.send(0, 2, bytes([mode]))
        self.send(1, 2, ssid.encode())
        self.send(1, 3, password.encode())
        self.send(0, 3)
        report = self.wait(1, 0x0F)
        fields, rest = {}, report[3:]
        while rest:
            fields[rest[0]] = rest[2 : 2 + rest[1]]
            rest = rest[2 + rest[1] :]
        return report[0], report[1], fields.get(2, b"").decode()
