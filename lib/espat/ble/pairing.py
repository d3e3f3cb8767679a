"""Pairing for bluetooth.BLE. Bonds live in the module's flash: at_sec.bonded() and at_sec.forget() see to them.

Whether a pairing was protected against the man in the middle is told by whether a key was shown, asked for or compared;
the key's size is the one that was asked for: the module does not tell.
"""

from micropython import const

from espat.ble import at_sec
from espat.ble.conn import Job, ignore
from espat.errors import AtError

_ENCRYPTION_UPDATE = const(28)
_PASSKEY_ACTION = const(31)

# actions of event 31
_INPUT = const(2)
_DISPLAY = const(3)
_COMPARE = const(4)

_EINVAL = const(22)


class Pairing:
    """ble: the radio."""

    def __init__(self, ble):
        self.ble = ble
        self.conns = ble.conns
        self._shown = None  # (n, key)
        self._asked = 0  # 1: people see to this pairing

    def gap_pair(self, n):
        """Pair with a peer, as config() says: event 28, before it maybe 31."""

        def done(value):
            if isinstance(value, AtError):
                self._done(n, False)

        self.conns.get(n)
        at_sec.encrypt(Job(self.conns, done), n, 3 if self.ble.mitm else 2)

    def gap_passkey(self, n, action, passkey):
        """Answer event 31: action 2 the key that the peer shows, 4 whether both show the same (1 or 0).

        For 3 there is nothing to answer: the module has chosen the key that the event carries, or the one that
        at_sec.set_key() was given before; another one raises OSError.
        """
        at = self.ble.at
        if action == _INPUT:
            at_sec.reply_key(at, n, passkey)
        elif action == _COMPARE:
            at_sec.confirm(at, n, bool(passkey))
        elif action != _DISPLAY:
            raise OSError(_EINVAL, "no such action")
        elif self._shown != (n, passkey):
            raise self.ble.refusal("the key to be shown is the module's choice")

    def pairing(self, name, rest):
        """A report of a pairing."""
        n, _, value = rest.partition(b",")
        n = int(n)
        if name == b"SECREQ":
            if self.ble.at.has(b"+BLEGATTSSRVCRE"):  # the others always do
                at_sec.accept(Job(self.conns, ignore), n)
        elif name == b"AUTHCMPL":
            self._done(n, int(value) == 0)
        elif name == b"SECNTFYKEY":
            self._shown = n, int(value)
            self._ask(n, _DISPLAY, int(value))
        elif name == b"SECKEYREQ":
            self._ask(n, _INPUT, 0)
        elif name == b"SECNCREQ":
            self._ask(n, _COMPARE, int(value))

    def _ask(self, n, action, key):
        self._asked = 1
        self.conns.push(_PASSKEY_ACTION, (n, action, key))

    def _done(self, n, well):
        ble = self.ble
        self._shown = None
        event = (n, 1, self._asked, int(ble.bond), 16) if well else (n, 0, 0, 0, 0)
        self._asked = 0
        self.conns.push(_ENCRYPTION_UPDATE, event)
