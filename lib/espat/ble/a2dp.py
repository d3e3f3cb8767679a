"""Audio over classic Bluetooth: the module plays an mp3 to a loudspeaker (Source), or is one (Sink).

    speaker = a2dp.Source(modem)
    speaker.connect("24:0a:c4:09:34:23")
    speaker.play("http://example.com/music.mp3")
"""

from micropython import const

from espat.ble import at_a2dp, at_classic
from espat.ble.lines import address
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_ETIMEDOUT = const(110)


class Audio:
    """What both sides share. at: the modem. name: how others see us. peer: address of whoever is connected, None."""

    _role = 0

    def __init__(self, at, name=None):
        self.at = at
        self.peer = None
        if not at_classic.started(at):
            at_classic.init(at)
        if name:
            at_classic.set_name(at, name)
        if at_a2dp.role(at):
            at_a2dp.deinit(at)
        at.on(b"+BTA2DPCONN:", self._connected)
        at.on(b"+BTA2DPDISCONN:", self._gone)
        at.on_reset(self._reset)
        at_a2dp.init(at, self._role)
        at_classic.visible(at, True, True)

    def _connected(self, buf, a, b):
        self.peer = address(bytes(buf[a:b])) or self.peer

    def _gone(self, buf, a, b):
        self._reset()

    def _reset(self):
        self.peer = None

    def wait(self, timeout=None):
        """Wait for a connection, at most timeout seconds (ETIMEDOUT); its address."""
        deadline = None if timeout is None else ticks_add(ticks_ms(), int(timeout * 1000))
        while not self.peer:
            self.at.wait()
            if deadline is not None and ticks_diff(deadline, ticks_ms()) <= 0:
                raise OSError(_ETIMEDOUT, "ETIMEDOUT")
        return self.peer

    def connect(self, address, timeout=40):
        """Connect to "aa:bb:cc:dd:ee:ff"."""
        self.peer = at_a2dp.connect(self.at, address, int(timeout * 1000)) or self.peer
        return self.wait(timeout)

    def disconnect(self):
        """End the connection."""
        at_a2dp.disconnect(self.at)

    def stop(self):
        """Play no more."""
        at_a2dp.control(self.at, 0)

    def close(self):
        """Switch audio off."""
        self.at.off(b"+BTA2DPCONN:")
        self.at.off(b"+BTA2DPDISCONN:")
        at_a2dp.deinit(self.at)


class Source(Audio):
    """Plays to a loudspeaker."""

    _role = 1

    def play(self, url=None):
        """Play an mp3, "http://...", "https://..." or "flash://..."; None: go on with the last one."""
        if url:
            at_a2dp.set_source(self.at, url)
        at_a2dp.control(self.at, 1)

    def suspend(self):
        """Pause."""
        at_a2dp.control(self.at, 2)


class Sink(Audio):
    """Is a loudspeaker, and has the keys of one."""

    _role = 2

    def play(self):
        """Have the peer play."""
        at_a2dp.control(self.at, 1)

    def next(self):
        """The next piece."""
        at_a2dp.control(self.at, 2)

    def previous(self):
        """The piece before."""
        at_a2dp.control(self.at, 3)

    def fast_forward(self, on=True):
        """Begin, or end, to go forward fast."""
        at_a2dp.control(self.at, 4 if on else 5)
