"""Guide 3.12, the module's own web page for its Wi-Fi settings and firmware (not in the default firmware).

What visitors do comes as reports `+WEBSERVERRSP:<n>`: 1 joining, 2 joined, 3 firmware comes, 4 firmware is there,
5 firmware failed.
"""

from espat.check import integer


def start(at, port: int = 80, timeout: int = 30) -> list:
    """AT+WEBSERVER=1: serve the page (3.12.2). port: 1..65535. timeout: of each connection, 21..60 seconds."""
    return at.run(b"+WEBSERVER=1,%d,%d" % (integer(port, 1, 65535), integer(timeout, 21, 60)))


def stop(at) -> list:
    """AT+WEBSERVER=0: stop serving and free the memory (3.12.2)."""
    return at.run(b"+WEBSERVER=0")
