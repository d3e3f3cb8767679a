"""A bluetooth.BLE over a scripted port: what the tests of the facade sit on.

    r = Radio(NIMBLE, (b"AT+BLESCAN=1\r\n", OK), ...)      # switched on already
    r.ble.gap_scan(0)
    r.say(b'+BLECONN:0,"24:0a:c4:09:34:23"\r\n')
    assert r.take() == [(1, (0, 0, ADDR))]
"""

from calls import text
from espat.ble import bluetooth, conns
from fakeport import FakePort

OK = text(())
ERROR = b"\r\nERROR\r\n"
MAC = b"24:0a:c4:09:34:23"
ADDR = bytes([0x24, 0x0A, 0xC4, 0x09, 0x34, 0x23])
RANDOM = bytes([0xF8 | 2, 0x7F, 0x24, 0x87, 0x1C, 0x7B])

BLUEDROID = (b"+BLEINIT", b"+BLEGATTSSRVCRE", b"+SYSMFG")  # ESP32 and ESP32-C3, before 5.0
NIMBLE = (b"+BLEINIT", b"+SYSMFG")  # the others
OLD = (b"+BLEINIT", b"+BLEGATTSSRVCRE")  # before 3.0


class _Names:
    def __init__(self, names):
        self.names = names

    def has(self, name):
        return name in self.names


class Radio:
    """names: commands the firmware knows. steps: what is written and answered once the radio is on. dual: both roles at once
    (firmware 5.0). on: switch it on."""

    def __init__(self, names, *steps, dual=True, on=True, firmware=None):
        self.port = FakePort()
        conns.ticks_ms = self.port.ticks
        self.at = self.port.at()
        self.at.names = _Names(names)
        self.at.firmware = firmware or ((5, 0, 0, 0) if dual else (3, 4, 0, 0))
        self.at.chip = "ESP32C6" if names is NIMBLE else "ESP32"
        self.at.timer = True
        self.at.nonos = b""
        self.events = []
        bluetooth.use(None)
        bluetooth.use(self.at)
        self.ble = bluetooth.BLE()
        self.conns = self.ble.conns
        self.ble.irq(self.note)
        if on:
            self.port.expect(b"AT+BLEINIT?\r\n", text((b"+BLEINIT:0",)))
            self.port.expect(b"AT+BLEINIT=3\r\n", OK if dual else ERROR)
            self.ble.active(True)
            self.done()
        for step in steps:
            self.port.expect(*step)

    def note(self, event, data):
        """The handler of events."""
        self.events.append((event, data))

    def run(self, ms=100):
        """Let the library work for so long."""
        end = self.port.now + ms
        while self.port.now < end:
            self.at.wait()
        while self.at.step():
            pass

    def say(self, *pieces):
        """Let the module say something, and the library hear it."""
        self.port.say(*pieces)
        self.run(20)

    def take(self, ms=20):
        """The events since the last time."""
        self.run(ms)
        events = self.events[:]
        self.events[:] = []
        return events

    def connect(self, n=0, mac=MAC):
        """A peer connects by itself; its event is dropped."""
        self.say(b'+BLECONN:%d,"%s"\r\n' % (n, mac))
        assert self.take()[0][0] == 1

    def done(self):
        """Fail when steps are left; the line must be ready for the next command."""
        self.port.done()
        assert self.at.idle() and not self.at.parser.block and not self.conns.jobs
