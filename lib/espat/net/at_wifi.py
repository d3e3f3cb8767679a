"""Guide 3.2, what every station needs: mode, state, leaving. at.nonos: _CUR or _DEF, see at_basic.store()."""

from espat.args import join

STATE = b"AT+CWSTATE?\r\n"  # what state() asks, for who must not wait


def mode(at, number: int, auto: "bool | None" = None) -> list:
    """AT+CWMODE: 0 off, 1 station, 2 SoftAP, 3 both (3.2.3). auto: whether a station just switched on joins by itself."""
    if not 0 <= number <= 3:
        raise ValueError("no such Wi-Fi mode")
    name = b"+CWMODE" + at.nonos
    return at.keep(join(name, number, None if auto is None else bool(auto)))


def get_mode(at) -> int:
    """AT+CWMODE?: 0 off, 1 station, 2 SoftAP, 3 both (3.2.3)."""
    from espat.check import number

    return at.run(b"+CWMODE" + at.nonos + b"?", number)


def power(at, bit: int, on: bool):
    """AT+CWMODE: switch the station (1) or the SoftAP (2) on or off and leave the other as it is."""
    new = (at.wifi | bit if on else at.wifi & ~bit) & 3  # above: the module may not have heard
    if at.wifi != new:
        mode(at, new)
        at.wifi = new


def state(at) -> tuple:
    """AT+CWSTATE?: (state, ssid); 0 not started, 1 no address yet, 2 has one, 3 connecting, 4 disconnected (3.2.4)."""
    return at.run(STATE[2:-2], _state)


def _state(lines):
    for line in lines:
        if line.startswith(b"+CWSTATE:"):
            return int(line[9:10]), line[12:-1]
    raise ValueError


def leave(at) -> list:
    """AT+CWQAP: leave the access point (3.2.9)."""
    return at.run(b"+CWQAP")
