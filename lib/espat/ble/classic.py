"""Pairing over classic Bluetooth: questions are answered as they come.

    pairing = classic.Pairing(modem, classic.DISPLAY_YES_NO, ask=lambda kind, address, key: True)

Bonds: at_classic.bonded() and at_classic.forget().
"""

from micropython import const

from espat.answers import split
from espat.ble import at_classic
from espat.ble.conn import Job, Jobs
from espat.ble.lines import address

DISPLAY = const(0)
DISPLAY_YES_NO = const(1)
KEYBOARD = const(2)
NOTHING = const(3)


class Pairing(Jobs):
    """at: the modem, with classic Bluetooth switched on or not. io: what we have. pin: for old peers, None: ask.

    ask: called as ask(kind, address, key) when a peer pairs: "confirm" whether it shows the same key (True or False), "key"
    the one that it shows (0 to 999999), "pin" of an old peer (str), "show" a key that its user has to type. What it returns
    is answered; None: at_classic's confirm(), reply_key() or reply_pin() will be called later. Inside it no command can be
    spoken.
    """

    def __init__(self, at, io=NOTHING, pin=None, ask=None):
        Jobs.__init__(self, at)
        self._ask = ask
        at.on(b"+BTPINREQ:", self._pin)
        at.on(b"+BTCFMREQ:", self._confirm)
        at.on(b"+BTKEYREQ:", self._key)
        at.on(b"+BTKEYNTF:", self._show)
        if not at_classic.started(at):
            at_classic.init(at)
        at_classic.set_security(at, io, pin)

    def _question(self, kind, line, reply):
        key = (split(line) + [None])[1]
        answer = self._ask(kind, address(line, 0), key) if self._ask else None
        if answer is not None and reply:
            reply(Job(self), answer)

    def _pin(self, buf, a, b):
        self._question("pin", bytes(buf[a:b]), at_classic.reply_pin)

    def _confirm(self, buf, a, b):
        self._question("confirm", bytes(buf[a:b]), at_classic.confirm)

    def _key(self, buf, a, b):
        self._question("key", bytes(buf[a:b]), at_classic.reply_key)

    def _show(self, buf, a, b):
        self._question("show", bytes(buf[a:b]), None)

    def close(self):
        """Answer no more."""
        for prefix in (b"+BTPINREQ:", b"+BTCFMREQ:", b"+BTKEYREQ:", b"+BTKEYNTF:"):
            self.at.off(prefix)
        self.at.jobs.remove(self.next_job)
