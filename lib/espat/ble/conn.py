"""What Bluetooth LE consists of: connections, UUIDs, commands that wait for their turn, reports that carry values."""

from binascii import hexlify, unhexlify

from micropython import const

from espat.args import number
from espat.at import Call
from espat.errors import AtError
from espat.turn import turn

_NOBODY = const(255)


class Conn:
    """A connection. came: the event that told of it, 1 or 7; 0: nobody was told. kind: 0 public address, 1 random.
    address: 6 bytes."""

    def __init__(self, came, kind, address):
        self.came = came
        self.kind = kind
        self.address = address
        self.client = came != 1  # the module lets us look at the peer's services
        self.mtu = 23
        self.asked = False  # for another MTU
        self.services = {}  # numbers of those discovered -> whether their characteristics have been
        self.subscribed = {}  # handle -> 1 to notifications, 2 to indications


class UUID:
    """A UUID of 16 or 128 bits.

    value: int up to 0xffff, 2, 4 or 16 bytes (least significant first), "6e400001-b5a3-...", or a UUID.

    bytes(uuid) is what goes over the air, least significant byte first.
    """

    def __init__(self, value):
        if isinstance(value, UUID):
            value = value.raw
        elif isinstance(value, int):
            n = 0 if value < 0 else 2 if value < 0x10000 else 4 if value < 0x100000000 else 16
            value = value.to_bytes(n, "little") if n else b""
        elif isinstance(value, str):
            digits = value.replace("-", "")
            if len(digits) != 32:
                raise ValueError("no UUID")
            value = bytes(reversed(unhexlify(digits)))
        self.raw = bytes(value)
        if len(self.raw) not in (2, 4, 16):
            raise ValueError("no UUID")

    def digits(self):
        """Hexadecimal digits, most significant first, as AT commands have them."""
        return str(hexlify(bytes(reversed(self.raw))), "ascii").upper()

    def __iter__(self):
        return iter(self.raw)

    def __len__(self):
        return len(self.raw)

    def __eq__(self, other):
        return isinstance(other, UUID) and self.raw == other.raw

    def __lt__(self, other):
        return (len(self.raw), self.raw) < (len(other.raw), other.raw)

    def __hash__(self):
        return hash(self.raw)

    def __repr__(self):
        d = self.digits().lower()
        if len(d) < 32:
            return "UUID(0x%s)" % d
        return "UUID('%s')" % "-".join((d[:8], d[8:12], d[12:16], d[16:20], d[20:]))


class Jobs:
    """Commands that wait for their turn. at: the runner. jobs: those that wait, Job objects."""

    def __init__(self, at):
        self.at = at
        self.jobs = []
        at.jobs.insert(0, self.next_job)

    def next_job(self):
        """Start the next one; False when there is none."""
        if not self.jobs:
            return False
        job = self.jobs.pop(0)
        self.at.start(job, *job.more)
        return True


class Job(Call):
    """A runner for one typed call, spoken when the line is free. done: gets what the call would return, or its AtError;
    None: nobody waits for it."""

    def __init__(self, jobs, done=None):
        self.jobs = jobs
        self.done = done
        self.has = jobs.at.has

    def run(self, text, parse=None, timeout=5000, data=None, end=b"OK", each=None, block=None, secret=False):
        """Let the command wait for its turn; see At.run()."""
        Call.__init__(self, self.jobs.at, text, each, block, secret)
        self.parse = parse
        self.more = (timeout, data, end)
        with turn:
            self.jobs.jobs.append(self)

    def finished(self, outcome):
        """The command has ended."""
        Call.finished(self, outcome)
        try:
            value = self.result(self.parse)
        except AtError as error:
            value = error
        if self.done:
            self.done(value)


class Value:
    """A report with a value: +NOTIFY:<n>,<service>,<characteristic>,<length>,<bytes>, +INDICATE: likewise, +WRITE: with
    a descriptor, or nothing, before the length. Its bytes go into the ring of conns. Used as a counted.Counted."""

    tail = 0

    def __init__(self, prefix, fields, event, conns):
        self.prefix = prefix
        self.size = 0
        self.size_at = fields - 1
        self.fields = fields
        self._event = event
        self._conns = conns
        self._n = self._handle = 0

    def head(self, buf, a, b):
        """See Counted.head()."""
        i = a + len(self.prefix)
        self._handle = k = 0
        while k < self.fields:
            at = buf.find(b",", i, b)
            if at < 0:
                return 0
            value = number(buf, i, at) if at > i else 0
            if value < 0:
                return -1
            if k == 0:
                self._n = value
            elif k == self.size_at:
                self.size = value
            else:
                if value > (63, 63, 15)[k - 1]:
                    self._n = _NOBODY  # no handle has room for it
                self._handle |= value << (10, 4, 0)[k - 1]
            i = at + 1
            k += 1
        return i

    def data(self, buf, off, n):
        """Bytes of the value."""
        self._conns.ring.put(buf, off, n)

    def end(self):
        """The value is complete."""
        self._conns.arrived(self._event, self._n, self._handle, self.size)

    def torn(self, n):
        """The rest will not come."""
        self._conns.arrived(self._event, self._n, self._handle, -1)


def mac(text):
    """An address as 6 bytes, most significant first; raises ValueError."""
    address = unhexlify(text.replace(b":", b""))
    if len(address) != 6:
        raise ValueError("no address")
    return address
