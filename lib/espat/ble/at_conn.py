"""Guide 3.4, Bluetooth LE: connections, numbered 0 to 2.

A peer that connects by itself comes as +BLECONN:<index>,"<address>", one that goes as +BLEDISCONN:.
"""

from espat.answers import split
from espat.args import join
from espat.check import decode, integer, numbers, rows, string


def text(address):
    """An address as AT commands have it."""
    return ":".join(["%02x" % x for x in address])


def index(n):
    """n itself when it is the number of a connection."""
    return integer(n, 0, 2)


def connections(at):
    """AT+BLECONN?: (index, address) of every connection (3.4.13)."""
    return at.run(b"+BLECONN?", _connections)


def _connections(lines):
    out = []
    for line in lines:
        if line.startswith(b"+BLECONN:") and len(line) > 9:
            n, address = split(line)
            out.append((n, decode(address)))
    return out


def connect(at, n, address, kind=None, seconds=None):
    """AT+BLECONN=: connect to a peer, or become the GATT client of one that has connected by itself (3.4.13).

    n: number of the new connection. address: "aa:bb:cc:dd:ee:ff". kind: 0 public, 1 random. seconds: 3..30, 30 unless
    given; the module does nothing else meanwhile.
    """
    values = (index(n), string(address, 17, 17), integer(kind, 0, 1, True), integer(seconds, 3, 30, True))
    return at.run(join(b"+BLECONN", *values), timeout=(seconds or 30) * 1000 + 5000)


def params(at):
    """AT+BLECONNPARAM?: (index, shortest, longest, present interval, latency, timeout) of every connection (3.4.14).

    NimBLE firmware has one number less: it does not know what was asked for.
    """
    return at.run(b"+BLECONNPARAM?", **rows(b"+BLECONNPARAM:", _numbers))


def _numbers(line):
    return numbers([b"+:" + line])


def set_params(at, n, low, high, latency, timeout):
    """AT+BLECONNPARAM=: ask for another interval (3.4.14); a report tells what came of it.

    low, high: 6..3200 units of 1.25 ms. latency: 0..499 events. timeout: 10..3200 units of 10 ms.
    """
    if low > high:
        raise ValueError("low is above high")
    values = (integer(low, 6, 0xC80), integer(high, 6, 0xC80), integer(latency, 0, 0x1F3), integer(timeout, 10, 0xC80))
    return at.run(join(b"+BLECONNPARAM", index(n), *values))


def disconnect(at, n):
    """AT+BLEDISCONN: end a connection (3.4.15)."""
    return at.run(b"+BLEDISCONN=%d" % index(n))


def read_strength(at, n):
    """AT+BLERDRSSI: have a connection's signal strength read; not in the guide, known by its report alone.

    Returns dBm, None when the report +BLERDRSSI:<index>,<dBm or Fail> comes behind the OK.
    """
    return at.run(b"+BLERDRSSI=%d" % index(n), _strength)


def _strength(lines):
    for line in lines:
        if line.startswith(b"+BLERDRSSI:"):
            return int(line[line.find(b",") + 1 :])
    return None


def set_data_length(at, n, size):
    """AT+BLEDATALEN: bytes of a packet over the air, 27..251 (3.4.16)."""
    return at.run(b"+BLEDATALEN=%d,%d" % (index(n), integer(size, 0x1B, 0xFB)))


def mtus(at):
    """AT+BLECFGMTU?: (index, MTU) of every connection (3.4.17)."""
    return at.run(b"+BLECFGMTU?", **rows(b"+BLECFGMTU:", _numbers))


def set_mtu(at, n, size):
    """AT+BLECFGMTU=: ask for an MTU of 23..517 bytes (3.4.17); clients only. A report tells what came of it."""
    return at.run(b"+BLECFGMTU=%d,%d" % (index(n), integer(size, 23, 517)))
