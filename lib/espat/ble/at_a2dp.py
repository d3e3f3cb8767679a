"""Guide 3.5, classic Bluetooth: audio, one connection, number 0 (ESP32, not in the default firmware).

Reports: +BTA2DPCONN:0,"<address>", +BTA2DPDISCONN:0,"<address>".
"""

from espat.answers import split
from espat.args import join
from espat.check import decode, integer, number, string, tail


def role(at):
    """AT+BTA2DPINIT?: 0 off, 1 source, 2 sink (3.5.11)."""
    return at.run(b"+BTA2DPINIT?", number)


def init(at, role):
    """AT+BTA2DPINIT=: switch audio on as 1 source or 2 sink (3.5.11)."""
    return at.keep(b"+BTA2DPINIT=%d" % integer(role, 1, 2))


def deinit(at):
    """AT+BTA2DPINIT=0: switch it off (3.5.11)."""
    at.forget(b"+BTA2DPINIT")
    return at.run(b"+BTA2DPINIT=0")


def connection(at):
    """AT+BTA2DPCONN?: the peer's address, None without one (3.5.12)."""
    return at.run(b"+BTA2DPCONN?", _connection)


def _connection(lines):
    for line in lines:
        if line.startswith(b"+BTA2DPCONN:0,"):
            return decode(split(line)[1])
    return None


def connect(at, address, timeout=40000):
    """AT+BTA2DPCONN=: connect (3.5.12); the peer's address, or None when a report will tell."""
    return at.run(join(b"+BTA2DPCONN", 0, string(address, 17, 17)), _connection, timeout)


def disconnect(at):
    """AT+BTA2DPDISCONN: end the connection (3.5.13)."""
    return at.run(b"+BTA2DPDISCONN=0", timeout=10000)


def source(at):
    """AT+BTA2DPSRC?: (URL, type) of what a source plays, None without one (3.5.14)."""
    return at.run(b"+BTA2DPSRC?", _source)


def _source(lines):
    url, _, kind = tail(lines).rpartition(b",")
    return None if kind == b"NULL" else (decode(url), decode(kind))


def set_source(at, url):
    """AT+BTA2DPSRC=: what a source plays, an mp3: "http://...", "https://..." or "flash://..." (3.5.14)."""
    return at.keep(join(b"+BTA2DPSRC", 0, string(url, 8, 230)))


def control(at, action):
    """AT+BTA2DPCTRL: 0 stop, 1 play, source: 2 suspend, sink: 2 next, 3 previous, 4 and 5 fast forward on and off (3.5.15)."""
    return at.run(b"+BTA2DPCTRL=0,%d" % integer(action, 0, 5), timeout=10000)
