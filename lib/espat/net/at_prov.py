"""Guide 3.2, provisioning: a phone or a button tells the module which network to join.

Nothing else may be asked while SmartConfig runs. What happens comes as reports: `smartconfig type:...`,
`Smart get wifi info`, `ssid:...`, `password:...`, `smartconfig connected wifi`, with ESP-TOUCH v2
`+SCRD:<length>,<data>`.
"""

from espat.args import join
from espat.check import integer, string


def smartconfig(at, kind: "int | None" = None, floor: "int | None" = None, key: "str | bytes | None" = None) -> list:
    """AT+CWSTARTSMART: wait for a phone (3.2.22); station mode only.

    kind: 1 ESP-TOUCH, 2 AirKiss, 3 both (unless given), 4 ESP-TOUCH v2. floor: weakest security joined, 0 open,
    1 WEP, 2 WPA, 3 WPA2, 4 WPA/WPA2, 5 WPA2 enterprise, 6 WPA3, 7 WPA2/WPA3. key: of ESP-TOUCH v2, 16 bytes.
    """
    if kind is None:
        if floor is not None or key is not None:
            raise ValueError("floor and key need a kind")
        return at.run(b"+CWSTARTSMART")
    if key is not None and kind != 4:
        raise ValueError("only ESP-TOUCH v2 has a key")
    values = (integer(kind, 1, 4), integer(floor, 0, 7, True), string(key, 16, 16, True))
    return at.run(join(b"+CWSTARTSMART", *values), secret=True)


def smartconfig_off(at) -> list:
    """AT+CWSTOPSMART: end SmartConfig and free its memory, also after success (then wait 6 s first) (3.2.23)."""
    return at.run(b"+CWSTOPSMART")


def wps(at, floor: "int | None" = None) -> list:
    """AT+WPS=1: wait for the access point's button (3.2.24); station mode only. floor: see smartconfig()."""
    return at.run(join(b"+WPS", 1, integer(floor, 0, 7, True)))


def wps_off(at) -> list:
    """AT+WPS=0: wait no longer (3.2.24)."""
    return at.run(b"+WPS=0")
