"""Guide 3.4, Bluetooth LE: finding a peer's services, as its client.

Numbers count from 1 in the order of discovery: services() first, then characteristics(), then values (at_values.py).
"""

from espat.ble.lines import attribute, number, service
from espat.check import integer, rows

_TIMEOUT = 35000


def services(at, n, each=None):
    """AT+BLEGATTCPRIMSRV: (n, service, UUID as int, primary) of every service of connection n; list, or each(row)
    (3.4.26)."""
    return at.run(b"+BLEGATTCPRIMSRV=%d" % integer(n, 0, 2), timeout=_TIMEOUT, **rows(b"+BLEGATTCPRIMSRV:", service, each))


def included(at, n, of):
    """AT+BLEGATTCINCLSRV: (n, service, UUID, primary, included UUID, primary) of every service included in one (3.4.27)."""
    return at.run(b"+BLEGATTCINCLSRV=%d,%d" % (integer(n, 0, 2), number(of)), _included, _TIMEOUT)


def _included(lines):
    # old firmware puts a comma and a blank behind the CR LF of each line
    lines = [line.lstrip(b", ") for line in lines]
    return rows(b"+BLEGATTCINCLSRV:", service)["parse"](lines)


def characteristics(at, n, service, each=None):
    """AT+BLEGATTCCHAR: the characteristics and descriptors of a service, as at_services.characteristics() tells them;
    list, or each(row) (3.4.28)."""
    text = b"+BLEGATTCCHAR=%d,%d" % (integer(n, 0, 2), number(service))
    return at.run(text, timeout=_TIMEOUT, **rows(b"+BLEGATTCCHAR:", _attribute, each))


def _attribute(line):
    return attribute(line, 1)
