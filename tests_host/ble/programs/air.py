"""The program's side of a stage with phones: the radio, its events, and a phone to talk to.

    ble = air.ble
    phone = air.Phone()
    data = air.wait(1)                # the data of the next event 1; others stay where they are
    phone.write("2a39", b"x")         # see ble/stage.py
"""

import shallow  # noqa: F401  (first)
import play
import download

import bluetooth

ble = bluetooth.BLE()
modem = play.modem
events = []
CONNECT, DISCONNECT, WRITE, SCAN_RESULT, SCAN_DONE, PERIPHERAL_CONNECT, PERIPHERAL_DISCONNECT = 1, 2, 3, 5, 6, 7, 8
NOTIFY, INDICATE, INDICATE_DONE, MTU, PARAMS, ENCRYPTION, PASSKEY, LOST = 18, 19, 20, 21, 27, 28, 31, 255


def note(event, data):
    events.append((event, tuple([bytes(x) if isinstance(x, memoryview) else x for x in data])))


def ask(*request):
    """A request to the stage; the module works meanwhile."""
    return play.ask(*request, work=True)


def until(condition, seconds=5):
    """Let the module work until condition() holds."""
    end = play.now() + seconds * 1000
    while not condition():
        if play.now() > end:
            raise AssertionError("it did not happen within %d seconds; last events: %r" % (seconds, events[-9:]))
        modem.wait()
        download.read()


def wait(event, seconds=5):
    """The data of the next event of this kind."""
    until(lambda: any(e == event for e, _ in events), seconds)
    for i, (e, data) in enumerate(events):
        if e == event:
            del events[i]
            return data


def quiet(ms=200):
    """Let the module work for a while; gives the events that came."""
    end = play.now() + ms
    while play.now() < end:
        modem.wait()
        download.read()
    found = events[:]
    events[:] = []
    return found


def subscribe(n, end, value, bits):
    """Find the descriptor behind a peer's value that switches notifications (bit 0) and indications (bit 1), and write it."""
    ble.gattc_discover_descriptors(n, value, end)
    assert wait(14) == (n, 0)
    descriptor = [d[1] for e, d in events if e == 13 and d[2] == bluetooth.UUID(0x2902)][0]
    ble.gattc_write(n, descriptor, bytes([bits, 0]), True)
    assert wait(17) == (n, descriptor, 0)


def case(function):
    """Decorator of a test: begins with the radio on and no events, ends with no connections."""

    def run():
        events[:] = []
        ble.irq(note)
        ble.active(True)
        try:
            function()
        finally:
            ble.active(False)
            quiet(50)
            events[:] = []
        assert ble.conns.table == [None] * 3

    return run


def own():
    """The module's address, digits."""
    return play.hexed(ble.config("mac")[1])


class Phone:
    """A phone in reach. options: of Bumble's phone; capability: of its user."""

    def __init__(self, options=None, capability=None):
        self.handle, address = ask("phone", options, capability)
        self.address = bytes.fromhex(address)
        self.link = None

    def connect(self, address=None, random=False):
        """Connect to the module, which advertises; gives the number of the connection there."""
        self.link = ask("connect", self.handle, address or own(), random)
        n, _, who = wait(CONNECT)
        assert who == self.address, who
        return n

    def disconnect(self):
        ask("disconnect", self.handle, self.link)

    def discover(self):
        return ask("discover", self.handle, self.link)

    def read(self, uuid):
        return bytes.fromhex(ask("read", self.handle, self.link, uuid))

    def write(self, uuid, data, response=True):
        ask("write", self.handle, self.link, uuid, play.hexed(data), response)

    def subscribe(self, uuid, notify=True):
        ask("subscribe", self.handle, self.link, uuid, notify)

    def received(self, count=1):
        return [(uuid, bytes.fromhex(text)) for uuid, text in ask("received", self.handle, count)]

    def do(self, what, *arguments):
        """Any other request about this phone."""
        return ask(what, self.handle, *arguments)
