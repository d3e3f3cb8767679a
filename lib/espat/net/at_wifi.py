"""Guide 3.2, what every station needs: mode, joining, leaving. ESP8266 NonOS says _CUR to spare its flash."""

from espat.args import join, split

STATE = b"AT+CWSTATE?\r\n"  # what state() asks, for who must not wait


def mode(at, number):
    """AT+CWMODE: 0 off, 1 station, 2 SoftAP, 3 both (3.2.3)."""
    if not 0 <= number <= 3:
        raise ValueError("no such Wi-Fi mode")
    return at.keep((b"+CWMODE_CUR=%d" if at.nonos else b"+CWMODE=%d") % number)


def power(at, bit, on):
    """AT+CWMODE: switch the station (1) or the SoftAP (2) on or off and leave the other as it is."""
    new = (at.wifi | bit if on else at.wifi & ~bit) & 3  # above: the module may not have heard
    if at.wifi != new:
        mode(at, new)
        at.wifi = new


def get_mode(at):
    """AT+CWMODE?: 0 off, 1 station, 2 SoftAP, 3 both (3.2.3)."""
    from espat.check import number

    return at.run(b"+CWMODE_CUR?" if at.nonos else b"+CWMODE?", number)


def join_text(at, ssid, password=None, bssid=None, *more):
    """AT+CWJAP without AT, for join() and whoever joins without waiting (3.2.5).

    ssid: 1 to 32 bytes. password: up to 63 characters, or 64 hexadecimal ones; None or "" = open. bssid:
    "aa:bb:cc:dd:ee:ff" or None. more: pci_en, reconn_interval, listen_interval, scan_mode, jap_timeout, pmf.
    """
    if not 1 <= len(ssid.encode() if isinstance(ssid, str) else ssid) <= 32:
        raise ValueError("SSID must be 1 to 32 bytes")
    if password and len(password.encode() if isinstance(password, str) else password) > 64:
        raise ValueError("password longer than 64 bytes")
    return join(b"+CWJAP_CUR" if at.nonos else b"+CWJAP", ssid, password or "", bssid, *more)


def connect(at, ssid=None, password=None, bssid=None, *more, timeout=20000):
    """AT+CWJAP: join an access point and wait for it, see join_text(); without ssid the one joined last.

    AtRefused.code: 1 timeout, 2 wrong password, 3 no such access point, 4 failed. timeout: ms.
    """
    text = b"+CWJAP" if ssid is None else join_text(at, ssid, password, bssid, *more)
    return at.run(text, timeout=timeout, secret=True)


def state(at):
    """AT+CWSTATE?: (state, ssid); 0 not started, 1 no address yet, 2 has one, 3 connecting, 4 disconnected (3.2.4)."""
    return at.run(b"+CWSTATE?", _state)


def _state(lines):
    for line in lines:
        if line.startswith(b"+CWSTATE:"):
            return int(line[9:10]), line[12:-1]
    raise ValueError


def leave(at):
    """AT+CWQAP: leave the access point (3.2.9)."""
    return at.run(b"+CWQAP")


def access_point(at):
    """AT+CWJAP?: [ssid, bssid, channel, rssi, ...] of the access point joined, None when there is none."""
    return at.run(b"+CWJAP_CUR?" if at.nonos else b"+CWJAP?", _access_point)


def _access_point(lines):
    for line in lines:
        if line.startswith(b"+CWJAP"):
            # the SSID is not escaped: it ends where the quoted MAC address begins
            at = line.rfind(b'","')
            if at < 0:
                raise ValueError
            return [line[line.find(b'"') + 1 : at]] + split(line, at + 2)
    return None
