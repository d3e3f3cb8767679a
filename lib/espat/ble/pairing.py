"""Pairing for bluetooth.BLE. Bonds live in the module's flash: at_sec.bonded() and at_sec.forget() see to them.

Whether a pairing was protected against the man in the middle is told by whether a key was shown, asked for or compared;
the key's size is the one that was asked for: the module does not tell.
"""

from micropython import const

from espat.ble import at_sec
from espat.ble.conn import Job
from espat.errors import AtError

_ENCRYPTION_UPDATE = const(28)
_PASSKEY_ACTION = const(31)

# actions of event 31
_INPUT = const(2)
_DISPLAY = const(3)
_COMPARE = const(4)

_EINVAL = const(22)


def gap_pair(ble, n):
    """Pair with a peer, as config() says: event 28, before it maybe 31."""

    def done(value):
        if isinstance(value, AtError):
            ble.conns.push(*_done(ble, n, False))

    ble.conns.get(n)
    at_sec.encrypt(Job(ble.conns, done), n, 3 if ble.mitm else 2)


def gap_passkey(ble, n, action, passkey):
    """Answer event 31: action 2 the key that the peer shows, 4 whether both show the same (1 or 0).

    For 3 there is nothing to answer: the module has chosen the key that the event carries, or the one that
    at_sec.set_key() was given before; another one raises OSError.
    """
    at = ble.at
    if action == _INPUT:
        at_sec.reply_key(at, n, passkey)
    elif action == _COMPARE:
        at_sec.confirm(at, n, bool(passkey))
    elif action != _DISPLAY:
        raise OSError(_EINVAL, "no such action")
    elif ble.shown != (n, passkey):
        raise ble.seldom("power", "refusal", "the key to be shown is the module's choice")


def report(ble, name, rest):
    """A report of a pairing: the event it makes, or None."""
    n, _, value = rest.partition(b",")
    n = int(n)
    if name == b"SECREQ":
        if ble.at.has(b"+BLEGATTSSRVCRE"):  # the others always do
            at_sec.accept(Job(ble.conns), n)
    elif name == b"AUTHCMPL":
        return _done(ble, n, int(value) == 0)
    elif name == b"SECNTFYKEY":
        ble.shown = n, int(value)
        return _ask(ble, n, _DISPLAY, int(value))
    elif name == b"SECKEYREQ":
        return _ask(ble, n, _INPUT, 0)
    elif name == b"SECNCREQ":
        return _ask(ble, n, _COMPARE, int(value))


def _ask(ble, n, action, key):
    ble.asked = 1
    return _PASSKEY_ACTION, (n, action, key)


def _done(ble, n, well):
    ble.shown = None
    event = (n, 1, ble.asked, int(ble.bond), 16) if well else (n, 0, 0, 0, 0)
    ble.asked = 0
    return _ENCRYPTION_UPDATE, event
