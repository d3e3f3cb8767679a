"""Guide 3.5, classic Bluetooth: one serial connection, number 0 (ESP32, not in the default firmware).

Reports: +BTSPPCONN:0,"<address>", +BTSPPDISCONN:0,"<address>", +BTDATA:<length>,<bytes>.
"""

from espat.answers import split
from espat.args import join
from espat.check import decode, flag, integer, payload, string


def started(at):
    """AT+BTSPPINIT?: whether the serial port profile is on (3.5.6)."""
    return at.run(b"+BTSPPINIT?", flag)


def init(at, role):
    """AT+BTSPPINIT=: switch it on as 1 master, which connects, or 2 slave, which waits (3.5.6)."""
    return at.keep(b"+BTSPPINIT=%d" % integer(role, 1, 2))


def deinit(at):
    """AT+BTSPPINIT=0: switch it off (3.5.6)."""
    at.forget(b"+BTSPPINIT")
    at.forget(b"+BTSPPSTART")
    return at.run(b"+BTSPPINIT=0")


def start(at):
    """AT+BTSPPSTART: let a master connect (3.5.10)."""
    return at.keep(b"+BTSPPSTART")


def connection(at):
    """AT+BTSPPCONN?: the peer's address, None without one (3.5.7)."""
    return at.run(b"+BTSPPCONN?", _connection)


def _connection(lines):
    for line in lines:
        if line.startswith(b"+BTSPPCONN:0,"):
            return decode(split(line)[1])
    return None


def connect(at, address, security=0, timeout=40000):
    """AT+BTSPPCONN=: connect to a slave (3.5.7); its address, or None when a report will tell.

    security: 0 none, or a sum of 1 authorised, 0x36 encrypted, 0x3000 against the man in the middle, 0x4000 long PIN.
    """
    text = join(b"+BTSPPCONN", 0, integer(security, 0, 0xFFFF), string(address, 17, 17))
    return at.run(text, _connection, timeout)


def disconnect(at):
    """AT+BTSPPDISCONN: end the connection (3.5.8)."""
    return at.run(b"+BTSPPDISCONN=0", timeout=10000)


def send(at, data):
    """AT+BTSPPSEND=: send data (3.5.9)."""
    return at.run(b"+BTSPPSEND=0,%d" % payload(data), timeout=15000, data=data)


def enter(at, timeout=10000):
    """AT+BTSPPSEND: open the pipe (3.5.9); everything behind the prompt is data, until a lone +++."""
    return at.run(b"+BTSPPSEND", timeout=timeout, data=b"")
