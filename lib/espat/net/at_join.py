"""Guide 3.2, joining an access point, and which one has been joined (3.2.5)."""

from espat.answers import split
from espat.args import join


def _name(at):
    return b"+CWJAP_CUR" if at.nonos else b"+CWJAP"


def join_text(at, ssid, password=None, bssid=None, *more):
    """AT+CWJAP without AT, for join() and whoever joins without waiting (3.2.5).

    ssid: 1 to 32 bytes. password: up to 63 characters, or 64 hexadecimal ones; None or "" = open. bssid:
    "aa:bb:cc:dd:ee:ff" or None. more: pci_en, reconn_interval, listen_interval, scan_mode, jap_timeout, pmf.
    """
    if not 1 <= len(ssid.encode() if isinstance(ssid, str) else ssid) <= 32:
        raise ValueError("SSID must be 1 to 32 bytes")
    if password and len(password.encode() if isinstance(password, str) else password) > 64:
        raise ValueError("password longer than 64 bytes")
    return join(_name(at), ssid, password or "", bssid, *more)


def connect(at, ssid=None, password=None, bssid=None, *more, timeout=20000):
    """AT+CWJAP: join an access point and wait for it, see join_text(); without ssid the one joined last.

    AtRefused.code: 1 timeout, 2 wrong password, 3 no such access point, 4 failed. timeout: ms.
    """
    text = _name(at)[:6] if ssid is None else join_text(at, ssid, password, bssid, *more)
    return at.run(text, timeout=timeout, secret=True)


def access_point(at):
    """AT+CWJAP?: [ssid, bssid, channel, rssi, ...] of the access point joined, None when there is none."""
    name = _name(at)[:6]
    return at.run(_name(at) + b"?", lambda lines: _access_point(lines, name))


def _access_point(lines, name):
    for line in lines:
        if line.startswith(name):
            # the SSID is not escaped: it ends where the quoted MAC address begins
            at = line.rfind(b'","')
            if at < 0:
                raise ValueError
            return [line[line.find(b'"') + 1 : at]] + split(line, at + 2)
    return None
