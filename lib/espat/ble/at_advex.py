"""Guide 3.4, Bluetooth LE: advertising data that the module puts together; see at_adv.py."""

from binascii import hexlify, unhexlify

from espat.answers import ends
from espat.args import join
from espat.check import decode, integer, string, tail


def compose(at, name, uuid="", data=b"", power=False):
    """AT+BLEADVDATAEX=: let the module put the data together, and start advertising (3.4.10).

    name: own name. uuid: of a service, "A002". data: of the manufacturer. power: tell the transmit power.
    """
    values = (string(name, 0, 31), string(uuid, 0, 36), hexlify(string(data, 0, 31)), integer(power, 0, 1))
    return at.keep(join(b"+BLEADVDATAEX", *values))


def composed(at):
    """AT+BLEADVDATAEX?: (name, uuid, data, power) given to compose() (3.4.10)."""
    return at.run(b"+BLEADVDATAEX?", _composed)


def _composed(lines):
    name, uuid, data, power = ends(tail(lines), 0, 3)
    if isinstance(data, int):  # digits only, without quotes
        raise ValueError("no data")
    return decode(name), decode(uuid), unhexlify(data or b""), power
