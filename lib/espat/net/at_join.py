"""Guide 3.2, joining an access point, and which one has been joined (3.2.5)."""

from espat.answers import split
from espat.args import join

AGAIN = b"+CWJAP"  # by itself: the access point joined last, which the module has stored


def join_text(
    at, ssid: "str | bytes", password: "str | bytes | None" = None, bssid: "str | bytes | None" = None,
    *more: "int | None",
) -> bytes:  # fmt: skip
    """AT+CWJAP without AT, for join() and whoever joins without waiting (3.2.5).

    ssid: 1 to 32 bytes. password: up to 63 characters, or 64 hexadecimal ones; None or "" = open. bssid:
    "aa:bb:cc:dd:ee:ff" or None. more: pci_en (1 refuses open and WEP), reconn_interval (0 to 7200 s), listen_interval (1 to
    100 beacons), scan_mode (1 all channels), jap_timeout (3 to 600 s), pmf (sum of 1 can, 2 must), None each as it is.
    """
    if not 1 <= len(ssid.encode() if isinstance(ssid, str) else ssid) <= 32:
        raise ValueError("SSID must be 1 to 32 bytes")
    if password and len(password.encode() if isinstance(password, str) else password) > 64:
        raise ValueError("password longer than 64 bytes")
    if more:
        from espat.ranges import each  # few programs say more

        each(more, (0, 1), (0, 7200), (1, 100), (0, 1), (3, 600), (0, 3))
    return join(AGAIN + at.nonos, ssid, password or "", bssid, *more)


def connect(
    at, ssid: "str | bytes | None" = None, password: "str | bytes | None" = None, bssid: "str | bytes | None" = None,
    *more: "int | None", timeout: int = 20000,
) -> list:  # fmt: skip
    """AT+CWJAP: join an access point and wait for it, see join_text(); without ssid the one joined last.

    AtRefused.code: 1 timeout, 2 wrong password, 3 no such access point, 4 failed. timeout: ms, more where jap_timeout is.
    """
    text = AGAIN if ssid is None else join_text(at, ssid, password, bssid, *more)
    timeout = max(timeout, more[4] * 1000 + 5000) if len(more) > 4 and more[4] else timeout
    return at.run(text, timeout=timeout, secret=True)


def access_point(at) -> "list | None":
    """AT+CWJAP?: [ssid, bssid, channel, rssi, ...] of the access point joined, None when there is none."""
    return at.run(AGAIN + at.nonos + b"?", _access_point)


def _access_point(lines):
    for line in lines:
        if line.startswith(AGAIN):
            # the SSID is not escaped: it ends where the quoted MAC address begins
            at = line.rfind(b'","')
            if at < 0:
                raise ValueError
            return [line[line.find(b'"') + 1 : at]] + split(line, at + 2)
    return None
