"""adafruit_ntp, used as its examples use it."""

import time

from online import join

import adafruit_ntp
import socketpool


def ask(times=1, **more):
    """Seconds by which the answers differ from this machine's clock; the calendar's year."""
    ntp = adafruit_ntp.NTP(socketpool.SocketPool(join()), **more)
    off = []
    for _ in range(times):
        off.append(ntp.utc_ns / 1e9 - time.time())
        ntp.next_sync = 0
    return [off, ntp.datetime.tm_year]


def ask_at(server, port):
    return ask(1, server=server, port=port, tz_offset=0)


def silent(server):
    try:
        ask(1, server=server, socket_timeout=0.3)
    except OSError as e:
        return e.errno
