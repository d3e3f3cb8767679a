"""Guide 3.4, BluFi: a phone tells the module over Bluetooth LE which Wi-Fi to join. Only while AT+BLEINIT is 0.

Firmware that calls itself master also reports +SSID:<name> and +PASSWORD:<password>.
"""

from espat.args import join
from espat.check import flag, integer, payload, string, text

CONNECTED = b"+BLUFICONN"  # reports
DISCONNECTED = b"+BLUFIDISCONN"
DATA = b"+BLUFIDATA:"


def started(at):
    """AT+BLUFI?: whether it is on (3.4.45)."""
    return at.run(b"+BLUFI?", flag)


def start(at, floor=None):
    """AT+BLUFI=1: wait for a phone (3.4.45).

    floor: join no Wi-Fi that is protected less: 0 open, 1 WEP, 2 WPA, 3 WPA2, 4 WPA or WPA2, 5 enterprise, 6 WPA3, 7 WPA2
    or WPA3.
    """
    return at.run(join(b"+BLUFI", 1, integer(floor, 0, 7, True)), timeout=10000)


def stop(at):
    """AT+BLUFI=0: wait no longer (3.4.45)."""
    return at.run(b"+BLUFI=0", timeout=10000)


def name(at):
    """AT+BLUFINAME?: the name a phone sees, str (3.4.46)."""
    return at.run(b"+BLUFINAME?", text)


def set_name(at, name):
    """AT+BLUFINAME=: the name a phone sees, 1..26 bytes; before start() (3.4.46)."""
    return at.keep(join(b"+BLUFINAME", string(name, 1, 26)))


def send(at, data):
    """AT+BLUFISEND: data for the phone's program, up to 600 bytes (3.4.47)."""
    return at.run(b"+BLUFISEND=%d" % payload(data, 600), timeout=10000, data=data)
