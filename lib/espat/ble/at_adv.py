"""Guide 3.4, Bluetooth LE: advertising.

Advertising ends when a peer connects. The ESP32-C series wants set_params() before everything else here.
"""

from binascii import hexlify

from espat.args import join
from espat.check import fields, integer, string

START = b"+BLEADVSTART"
_MOST = 31


def _hex(data):
    if isinstance(data, str):
        raise TypeError("bytes are needed")
    integer(len(data), 0, _MOST)
    return hexlify(bytes(data))


def params(at):
    """AT+BLEADVPARAM?: [low, high, kind, own, channels, policy, peer type, peer, ...], texts as bytes (3.4.8)."""
    return at.run(b"+BLEADVPARAM?", fields)


def set_params(at, low, high, kind=0, own=0, channels=7, policy=None, peer_type=None, peer=None):
    """AT+BLEADVPARAM=: how to advertise (3.4.8).

    low, high: 32..16384 units of 0.625 ms between two advertisements. kind: 0 connectable, 2 scannable, 3 neither,
    1 and 4 directed at a peer. own: 0 public address, 1 random. channels: sum of 1, 2 and 4 for 37, 38 and 39.
    policy: 0 everybody may scan and connect. peer_type: 0 public, 1 random. peer: "aa:bb:cc:dd:ee:ff".
    """
    if low > high:
        raise ValueError("low is above high")
    if integer(kind, 0, 4) in (1, 4) and not peer:
        raise ValueError("directed at whom?")
    values = (integer(low, 0x20, 0x4000), integer(high, 0x20, 0x4000), kind, integer(own, 0, 1), integer(channels, 1, 7))
    more = (integer(policy, 0, 3, True), integer(peer_type, 0, 1, True), string(peer, 17, 17, True))
    return at.keep(join(b"+BLEADVPARAM", *(values + more)))


def set_data(at, data):
    """AT+BLEADVDATA: what is advertised, up to 31 bytes (3.4.9)."""
    return at.keep(join(b"+BLEADVDATA", _hex(data)))


def set_response(at, data):
    """AT+BLESCANRSPDATA: what a scanner gets that asks, up to 31 bytes (3.4.7)."""
    return at.keep(join(b"+BLESCANRSPDATA", _hex(data)))


def start(at):
    """AT+BLEADVSTART: advertise (3.4.11)."""
    return at.keep(START)


def stop(at):
    """AT+BLEADVSTOP: advertise no more (3.4.12)."""
    at.forget(START)
    return at.run(b"+BLEADVSTOP")
