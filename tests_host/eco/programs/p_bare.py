"""A board without Adafruit's libraries."""

import sys

sys.modules["adafruit_connection_manager"] = None  # importing it fails

from online import join


def joins():
    import socketpool

    return socketpool.SocketPool(join()).getaddrinfo("10.0.0.1", 80)[0][4][0]
