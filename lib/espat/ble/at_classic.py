"""Guide 3.5, classic Bluetooth: switching it on, being found, finding others, pairing (ESP32, not in the default firmware).

Questions of a pairing come as +BTPINREQ:"<address>", +BTCFMREQ:"<address>",<key>, +BTKEYREQ:"<address>"; a key to show
as +BTKEYNTF:0,<key>.
"""

from espat.answers import ends, split
from espat.args import join
from espat.check import decode, flag, integer, numbers, rows, string, tail

_MOST_KEY = 999999


def started(at):
    """AT+BTINIT?: whether classic Bluetooth is on (3.5.2)."""
    return at.run(b"+BTINIT?", flag)


def init(at):
    """AT+BTINIT=1: switch it on (3.5.2)."""
    return at.keep(b"+BTINIT=1", timeout=10000)


def deinit(at):
    """AT+BTINIT=0: switch it off (3.5.2)."""
    at.forget(b"+BTINIT")
    return at.run(b"+BTINIT=0", timeout=10000)


def name(at):
    """AT+BTNAME?: own name, str (3.5.3)."""
    return at.run(b"+BTNAME?", _name)


def _name(lines):
    return str(tail(lines), "utf-8")  # the module puts no quotes around it


def set_name(at, name):
    """AT+BTNAME=: own name, 1..32 bytes (3.5.3)."""
    return at.keep(join(b"+BTNAME", string(name, 1, 32)))


def visible(at, found, connected):
    """AT+BTSCANMODE: whether others find us, and whether they may connect (3.5.4)."""
    mode = 2 if found and connected else 3 if found else 1 if connected else 0
    return at.keep(b"+BTSCANMODE=%d" % mode)


def discover(at, length=8, most=0, limited=False, each=None):
    """AT+BTSTARTDISC: [address, name, major class, minor class, services, RSSI] of devices near by; list, or each(row).

    length: 1..48 units of 1.28 s. most: answers, 0 any number. limited: those in limited discoverable mode only. Unknown
    values are None or "" (3.5.5). A device may answer several times.
    """
    values = (integer(limited, 0, 1), integer(length, 1, 0x30), integer(most, 0, 255))
    return at.run(join(b"+BTSTARTDISC", *values), timeout=length * 1280 + 30000, **rows(b"+BTSTARTDISC:", _device, each))


def _device(line):
    row = ends(line, 1, 4)
    row[0] = decode(row[0])
    b = len(line)
    for _ in range(4):
        b = line.rfind(b",", 0, b)
    name = line[line.find(b",") + 1 : b]  # raw: quotes are the name's own, and digits no number
    try:
        row[1] = str(name, "utf-8")
    except UnicodeError:
        row[1] = "".join([chr(c) for c in name])
    return row


def set_class(at, major, minor, service):
    """AT+BTCOD: what kind of device we are, such as 6, 32, 32 for a printer (3.5.22)."""
    values = (integer(major, 0, 31), integer(minor, 0, 63), integer(service, 0, 0x7FF))
    return at.keep(join(b"+BTCOD", *values))


def power(at):
    """AT+BTPOWER?: (lowest, highest) transmit power, steps of 3 dB from -12 dBm up (3.5.23)."""
    return at.run(b"+BTPOWER?", numbers)


def set_power(at, low, high):
    """AT+BTPOWER=: lowest and highest transmit power, 0..7 (3.5.23)."""
    if low > high:
        raise ValueError("low is above high")
    return at.keep(join(b"+BTPOWER", integer(low, 0, 7), integer(high, 0, 7)))


def security(at):
    """AT+BTSECPARAM?: (io, fixed, PIN as str), see set_security() (3.5.16)."""
    return at.run(b"+BTSECPARAM?", _security, secret=True)


def _security(lines):
    io, fixed, pin = tail(lines).split(b",", 2)
    return int(io), int(fixed), decode(pin)


def set_security(at, io, pin=None):
    """AT+BTSECPARAM=: how to pair (3.5.16).

    io: 0 display, 1 display and yes/no, 2 keyboard, 3 nothing. pin: up to 16 bytes for old peers; None: ask each time.
    """
    text = join(b"+BTSECPARAM", integer(io, 0, 3), 0 if pin is None else 1, string(pin, 1, 16, True) or "")
    return at.keep(text, secret=True)


def reply_key(at, key):
    """AT+BTKEYREPLY: the key that the peer shows, 0..999999 (3.5.17)."""
    return at.run(b"+BTKEYREPLY=0,%d" % integer(key, 0, _MOST_KEY), secret=True)


def reply_pin(at, pin):
    """AT+BTPINREPLY: the PIN of an old peer, 1..16 bytes (3.5.18)."""
    return at.run(join(b"+BTPINREPLY", 0, string(pin, 1, 16)), secret=True)


def confirm(at, yes=True):
    """AT+BTSECCFM: whether both sides show the same key (3.5.19)."""
    return at.run(b"+BTSECCFM=0,%d" % integer(yes, 0, 1))


def bonded(at):
    """AT+BTENCDEV?: (index, address) of every bonded device (3.5.20)."""
    return at.run(b"+BTENCDEV?", **rows(b"+BTENCDEV:", _bond))


def _bond(line):
    index, address = split(b":" + line)
    return index, decode(address)


def forget(at, index=None):
    """AT+BTENCCLEAR: forget a bonded device, or all (3.5.21)."""
    return at.run(b"+BTENCCLEAR" if index is None else b"+BTENCCLEAR=%d" % integer(index, 0, 14))
