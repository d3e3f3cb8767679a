"""What can be done with a module at a PC; each function gets the parsed arguments and gives an exit code."""

import getpass
import os
import pathlib
import select
import sys
import time

import espat
from espat import at_basic, checkup
from espat.net import network, store
from espat_host import serve
from espat_host.port import SerialPort
from espat_host.progress import Bar

_FLOW = {None: "unknown", 0: "off", 1: "RTS", 2: "CTS", 3: "RTS and CTS"}
_WHY = {
    network.STAT_NO_AP_FOUND: "no access point of that name is in reach",
    network.STAT_WRONG_PASSWORD: "the password is wrong",
}
_JOIN_SECONDS = 30


class Refused(Exception):
    """Cannot be done; the text says why and what to do."""


def open_port(options):
    return SerialPort(options.port, options.baud, options.flow)


def modem(options):
    """The module, brought up."""
    return espat.Modem(open_port(options), ticker=False)


def _running(at):
    lines = [line for line in at_basic.version(at) if line.startswith(b"Bin version")]
    return lines[-1].decode("latin-1") if lines else "firmware " + ".".join(map(str, at.firmware))


def check(options):
    """What is on the line, and what to do about it."""
    port = open_port(options)
    found = checkup.examine(port, options.baud, tell=lambda text: print("...", text))
    print(found.advice())
    if found.heard and not found.ok():
        print("Heard last:", found.heard[-60:])
    if not found.ok():
        return 1
    at = espat.Modem(port, ticker=False)
    print("AT firmware %s on %s, %s baud, flow control %s" % (
        ".".join(map(str, at.firmware)), at.chip or "an unnamed chip", found.rate or options.baud, _FLOW.get(found.flow)))
    return 0


def baud(options):
    """Another rate, for good."""
    at = modem(options)
    at_basic.line(at, options.rate, options.set_flow, save=True)
    at.port.baud(options.rate)
    at_basic.attention(at, timeout=1000)
    print("The module answers at %d baud, also after its next start. Say --baud %d from now on." % (options.rate, options.rate))
    return 0


def restore(options):
    """Factory settings."""
    if not options.yes and input("The module forgets networks, certificates and rate. Go on (yes/no)? ") != "yes":
        raise Refused("Nothing was changed.")
    at_basic.restore(modem(options))
    print("Factory settings; the module has restarted.")
    return 0


def certificate(options):
    """A PEM or DER file into the module's store."""
    data = pathlib.Path(options.file).read_bytes()
    if b"-----BEGIN " not in data and data[:1] != b"\x30":
        raise Refused("%s is neither PEM (-----BEGIN ...) nor DER." % options.file)
    at = modem(options)
    bar = Bar("writing", len(data))
    at.port.written = bar.advance
    written = store.put(at, options.kind, options.slot, data)
    bar.advance(bar.total)
    print("%s.%d: %s, %d bytes." % (options.kind, options.slot, "written" if written else "was there already", len(data)))
    return 0


def _station(at):
    wlan = at.wlan()
    wlan.active(True)
    return wlan


def scan(options):
    """The access points in reach."""
    found = _station(modem(options)).scan()
    for ssid, bssid, channel, rssi, security, _ in sorted(found, key=lambda ap: -ap[3]):
        name = ssid.decode("utf-8", "replace")
        print("%4d dBm  channel %2d  security %d  %s  %s" % (rssi, channel, security, bssid.hex(":"), name))
    print("%d access points." % len(found))
    return 0


def _password(options):
    if options.password_file:
        return pathlib.Path(options.password_file).read_text().rstrip("\r\n")
    given = os.environ.get("ESPAT_PASSWORD")
    return getpass.getpass("Password of %s: " % options.ssid) if given is None else given


def _join(at, options):
    password = _password(options)
    if getattr(options, "save", False):
        at_basic.store(at, True)  # the mode of the radio too
    wlan = _station(at)
    wlan.connect(options.ssid, password)
    end = time.monotonic() + _JOIN_SECONDS
    while wlan.status() == network.STAT_CONNECTING and time.monotonic() < end:
        at.wait()
    if not wlan.isconnected():
        raise Refused("Cannot join %s: %s." % (options.ssid, _WHY.get(wlan.status(), "no success within %d s" % _JOIN_SECONDS)))
    return wlan.ifconfig()


def join(options):
    """Join an access point."""
    address = _join(modem(options), options)
    print("Joined %s, address %s, gateway %s%s." % (options.ssid, address[0], address[2],
                                                   ", kept for its next start" if options.save else ""))
    return 0


def ota(options):
    """New firmware: a file of this PC, a URL, or Espressif's server."""
    from espat import ota

    at = modem(options)
    address = _join(at, options)[0] if options.ssid else None
    before = _running(at)
    print("runs", before)
    if not options.source:
        ota.update(at, lambda stage: print("...", stage), options.version, options.secure)
    elif "://" in options.source:
        print("... the module fetches it, which takes minutes; leave the power on")
        ota.update_from(at, options.source)
    else:
        bar = Bar("fetched", pathlib.Path(options.source).stat().st_size)
        host = options.address or serve.own_address(address or "192.0.2.1")
        with serve.offered(options.source, host, bar.advance) as url:
            ota.update_from(at, url)
    print("runs", _running(at))
    return 0


def terminal(options):
    """Lines typed go to the module, what it says is shown. Ends with the input (Ctrl-D) after a second of silence."""
    port = open_port(options)
    typed = sys.stdin.fileno()
    quiet = None
    buf = bytearray(4096)
    rest = b""
    while quiet is None or time.monotonic() - quiet < 1:
        ready = select.select([typed] if quiet is None else [], [], [], 0)[0]
        if ready:
            piece = os.read(typed, 1000)
            if not piece:
                quiet = time.monotonic()
            rest += (piece or b"").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        rest = rest[port.write(rest, 0, len(rest)) :] if rest else rest
        n = port.readinto(buf, len(buf))
        if n:
            sys.stdout.buffer.write(bytes(buf[:n]))
            sys.stdout.flush()
            quiet = time.monotonic() if quiet else None
        else:
            port.wait(20)
    return 0
