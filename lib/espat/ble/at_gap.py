"""Guide 3.4, Bluetooth LE: switching it on, own address and name, looking around.

What a scan finds comes as +BLESCAN:"<address>",<RSSI>,<data>,<response>,<address type> reports, before or behind the
scan's OK; NimBLE firmware puts the kind of advertisement behind.
"""

from espat.args import join
from espat.check import decode, integer, number, numbers, string, tail


def role(at):
    """AT+BLEINIT?: 0 off, 1 client, 2 server, 3 both (3.4.2)."""
    return at.run(b"+BLEINIT?", number)


def init(at, role):
    """AT+BLEINIT=: switch Bluetooth LE on as 1 client, 2 server, or, firmware 5.0 and newer, 3 both (3.4.2).

    Before 5.0 a module must restart to change the role. While it is on there is no Wi-Fi passthrough.
    """
    return at.keep(b"+BLEINIT=%d" % integer(role, 1, 3), timeout=10000)


def deinit(at):
    """AT+BLEINIT=0: switch Bluetooth LE off (3.4.2)."""
    at.forget(b"+BLEINIT")
    return at.run(b"+BLEINIT=0", timeout=10000)


def address(at):
    """AT+BLEADDR?: own address, "aa:bb:cc:dd:ee:ff" (3.4.3)."""
    return at.run(b"+BLEADDR?", _address)


def _address(lines):
    # no CR LF ends it, so a report may stand glued behind it; documents show a space before it
    line = tail(lines)
    at = line.find(b'"') + 1
    if line[at + 17 : at + 18] != b'"':
        raise ValueError("no address")
    return decode(line[at : at + 17])


def set_address(at, random, address=None):
    """AT+BLEADDR=: use the public address, or a random one (3.4.3).

    address: a static one, its two top bits set; without it the module makes up a private one.
    """
    if address and not random:
        raise ValueError("the public address cannot be chosen")
    return at.keep(join(b"+BLEADDR", integer(random, 0, 1), string(address, 17, 17, True)))


def name(at):
    """AT+BLENAME?: own name, str (3.4.4)."""
    return at.run(b"+BLENAME?", _name)


def _name(lines):
    return str(tail(lines), "utf-8")  # the module puts no quotes around it


def set_name(at, name):
    """AT+BLENAME=: own name, 1..32 bytes (3.4.4). Advertising data do not change by it."""
    return at.keep(join(b"+BLENAME", string(name, 1, 32)))


def scan_params(at):
    """AT+BLESCANPARAM?: (active, own address type, filter policy, interval, window) (3.4.5)."""
    return at.run(b"+BLESCANPARAM?", numbers)


def set_scan_params(at, active, interval, window, own=0, policy=0):
    """AT+BLESCANPARAM=: how to scan (3.4.5).

    active: ask for scan responses. interval, window: 4..16384 units of 0.625 ms, window at most interval. own: 0
    public address, 1 random, 2 and 3 their resolvable ones. policy: 0 everybody, 1 the white list only.
    """
    if window > interval:
        raise ValueError("the window is longer than the interval")
    values = (integer(own, 0, 3), integer(policy, 0, 3), integer(interval, 4, 0x4000), integer(window, 4, 0x4000))
    return at.keep(join(b"+BLESCANPARAM", integer(active, 0, 1), *values))


def scan(at, seconds=None, mac=None, name=None):
    """AT+BLESCAN=1: scan for so many seconds, 0 or None without end (3.4.6).

    mac, name: tell of this device only. Early reports are among the lines returned.
    """
    if mac and name:
        raise ValueError("one filter at a time")
    wanted = () if not (mac or name) else (1, string(mac, 17, 17)) if mac else (2, string(name, 1, 32))
    seconds = 0 if wanted and seconds is None else seconds
    return at.run(join(b"+BLESCAN", 1, integer(seconds, 0, 0xFFFF, True), *wanted))


def scan_stop(at):
    """AT+BLESCAN=0: scan no more (3.4.6)."""
    return at.run(b"+BLESCAN=0")
