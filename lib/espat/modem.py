"""The front door: a Modem is the runner, brought up, and what builds on it."""

from espat import uart
from espat.at import At
from espat.spare import once
from espat.turn import turn


class Modem(At):
    """An ESP-AT module on a serial line.

    port: machine.UART (timeout=0, rxbuf=4096 or flow control), busio.UART or a port (see uart.py). rx: bytes of
    each link's receive ring. tx: bytes gathered before they are sent, also the longest datagram sent. active:
    let the module push received data (only with RTS/CTS). reset: pin at the module's EN or RST, low resets;
    used when nothing else makes the module answer. ticker: function(ms, callback) that calls back
    every ms and returns the timer, None: machine.Timer where there is one, False: none; it lets a lone write leave
    in time.
    Raises AtTimeout when no module answers.
    """

    def __init__(self, port, rx=4096, tx=2048, active=False, reset=None, ticker=None):
        super().__init__(uart.wrap(port))
        self.reset = reset
        self._sizes = rx, tx, active  # of the table of links
        self._links = None
        self.wifi = 0  # AT+CWMODE: 1 station, 2 SoftAP; 4 it may not have been heard
        # what brings it up leaves the memory again
        once("espat.bringup", "start", self, active, ticker)

    def __getattr__(self, name):
        # links, the table of links, for sockets: made when it is first asked for, for who has none does not pay for it. No
        # property: with one in the class every store to an attribute looks through it, and all that its bases are
        if name != "links":
            raise AttributeError(name)
        with turn:
            if not self._links:
                from espat.net import at_tcp, link, survey, traffic, links  # noqa: F401  (not inside one another)

                self._links = links.Links(self, *self._sizes)
            self.links = self._links
        return self._links

    def _tick(self, timer):
        self.step()

    def rescue(self, busy):
        """What brings a module back that answers no longer."""
        from espat.rescue import Rescue

        return Rescue(self, busy)

    def needless(self, text):
        """An access point that the module has joined again by itself need not be joined."""
        return self.online and text[1:6] == b"CWJAP"

    def baud(self, rate, flow=0):
        """Talk at another rate from now on, also to a module that restarts. flow: 0 none, 1 RTS, 2 CTS, 3 both, as the
        module sees them. Raises AtTimeout when it does not answer then."""
        from espat import at_basic

        at_basic.line(self, rate, flow)
        self.port.baud(rate)
        at_basic.attention(self)

    def command(self, text, timeout=10000, data=None, end=b"OK"):
        """Speak any command, user-defined ones too; returns the answer's lines, a list of bytes.

        text: str or bytes, with or without "AT". timeout: ms. data: bytes sent at the prompt. end: the final
        result that means success. Raises AtError and its kin.
        """
        if isinstance(text, str):
            text = text.encode()
        return self.run(text[2:] if text[:2] == b"AT" else text, None, timeout, data, end)

    def socket(self, *args):
        """A socket of this module, as socket.socket(...) makes one of the installed module."""
        from espat.net.sock import Socket

        return Socket(self.links, *args)

    def wlan(self):
        """This module's station, as network.WLAN() gives it for the installed module."""
        from espat.net import network

        network.use(self)
        return network.WLAN()

    def install(self):
        """Make network, socket, ssl and tls mean this module from now on, for whoever imports them later, and
        bluetooth if it has Bluetooth LE; on CircuitPython wifi, socketpool, ssl, ipaddress and mdns."""
        from espat.install import install

        install(self)
