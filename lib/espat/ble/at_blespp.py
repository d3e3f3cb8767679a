"""Guide 3.4, Bluetooth LE: passthrough over a pair of characteristics."""

from espat.args import join
from espat.check import integer, numbers


def config(at):
    """AT+BLESPPCFG?: (sending service, characteristic, receiving service, characteristic, reconnects) (3.4.31)."""
    return at.run(b"+BLESPPCFG?", numbers)


def configure(at, tx_service, tx_characteristic, rx_service, rx_characteristic, reconnect=None):
    """AT+BLESPPCFG=1: over which characteristics the pipe goes (3.4.31).

    A client sends by writing and hears notifications or indications, a server the other way round. reconnect: after the
    connection was lost, without a word to us; yes unless given.
    """
    places = [integer(n, 1, 255) for n in (tx_service, tx_characteristic, rx_service, rx_characteristic)]
    return at.run(join(b"+BLESPPCFG", 1, *places, integer(reconnect, 0, 1, True)))


def reset(at):
    """AT+BLESPPCFG=0: forget them (3.4.31)."""
    return at.run(b"+BLESPPCFG=0")


def enter(at, timeout=35000):
    """AT+BLESPP: open the pipe (3.4.32); everything behind the prompt is data, until a lone +++."""
    return at.run(b"+BLESPP", timeout=timeout, data=b"")
