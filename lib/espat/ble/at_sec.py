"""Guide 3.4, Bluetooth LE: pairing and bonds.

The peer's wish comes as +BLESECREQ:<n>, a key to show as +BLESECNTFYKEY:<n>,<key>, one to be typed in as
+BLESECKEYREQ:<n>, two to be compared as +BLESECNCREQ:<n>,<key>, the end as +BLEAUTHCMPL:<n>,<0 well, 1 failed>.
"""

from espat.answers import split
from espat.args import join
from espat.check import decode, integer, number, numbers

_MODES = (0, 1, 4, 8, 9, 12, 13)
_MOST_KEY = 999999


def params(at):
    """AT+BLESECPARAM?: (mode, io, key size, own keys, peer's keys, strict) (3.4.33)."""
    return at.run(b"+BLESECPARAM?", numbers)


def set_params(at, mode, io, size=16, own=3, peer=3, strict=None):
    """AT+BLESECPARAM=: how to pair (3.4.33).

    mode: sum of 1 bond, 4 against the man in the middle, 8 secure connections; one of 0, 1, 4, 8, 9, 12, 13. io: 0
    display, 1 display and yes/no, 2 keyboard, 3 nothing, 4 keyboard and display. size: of the key, 7..16 bytes. own,
    peer: keys handed over, sum of 1 encryption, 2 identity, 4 signature, 8 link. strict: disconnect when less comes of it.
    """
    if mode not in _MODES:
        raise ValueError("no such mode")
    values = (integer(io, 0, 4), integer(size, 7, 16), integer(own, 0, 15), integer(peer, 0, 15), integer(strict, 0, 1, True))
    return at.keep(join(b"+BLESECPARAM", mode, *values))


def encrypt(at, n, action):
    """AT+BLEENC: pair with, or encrypt towards, the peer of connection n (3.4.34).

    action: 1 encrypt, 2 without protection against the man in the middle, 3 with it; 0 nothing.
    """
    return at.run(b"+BLEENC=%d,%d" % (integer(n, 0, 2), integer(action, 0, 3)))


def accept(at, n, yes=True):
    """AT+BLEENCRSP: let the peer pair, or not (3.4.35); ESP32 and ESP32-C3 only, others always do."""
    return at.run(b"+BLEENCRSP=%d,%d" % (integer(n, 0, 2), integer(yes, 0, 1)))


def reply_key(at, n, key):
    """AT+BLEKEYREPLY: the key that the peer shows, 0..999999 (3.4.36)."""
    return at.run(b"+BLEKEYREPLY=%d,%d" % (integer(n, 0, 2), integer(key, 0, _MOST_KEY)), secret=True)


def confirm(at, n, yes=True):
    """AT+BLECONFREPLY: whether both sides show the same key (3.4.37)."""
    return at.run(b"+BLECONFREPLY=%d,%d" % (integer(n, 0, 2), integer(yes, 0, 1)))


def bonded(at):
    """AT+BLEENCDEV?: (index, address) of every bonded device, up to 15 (3.4.38)."""
    return at.run(b"+BLEENCDEV?", _bonded)


def _bonded(lines):
    # some firmware puts nothing between two of them
    out = []
    for row in b"".join(lines).split(b"+BLEENCDEV:")[1:]:
        index, address = split(b":" + row)
        out.append((index, decode(address)))
    return out


def forget(at, index=None):
    """AT+BLEENCCLEAR: forget a bonded device, or all (3.4.39)."""
    return at.run(b"+BLEENCCLEAR" if index is None else b"+BLEENCCLEAR=%d" % integer(index, 0, 14))


def key(at):
    """AT+BLESETKEY?: the key shown in every pairing, -1: a new one each time (3.4.40)."""
    return at.run(b"+BLESETKEY?", number, secret=True)


def set_key(at, key):
    """AT+BLESETKEY=: show this key in every pairing, 0..999999 (3.4.40)."""
    return at.keep(b"+BLESETKEY=%d" % integer(key, 0, _MOST_KEY), secret=True)
