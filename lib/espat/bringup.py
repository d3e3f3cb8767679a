"""What a module gets before it is used: a sign of life, echo off, and questions about what it is.

What it is told here with keep() it is told again after every restart; links and the station add theirs.
"""

from micropython import const

from espat import answers, at_basic, check  # noqa: F401  (what the next ones need is loaded before, not inside them)
from espat.errors import AtError, AtTimeout
from espat.names import Asked, Names
from espat.net import at_tcp, at_links, at_server
from espat.ticks import sleep_ms

_PERIOD = 5  # ms between two steps of the ticker: gathering, the command and the prompt come to less than 20
_TRIES = const(9)  # some modules do not hear the first commands after power-up
_ALL = const(5)  # in place of a link's number
_T_SEND = const(10000)  # ms; guide 3.3.38 recommends 5 to 10 s
_PULSE = const(50)  # ms the reset pin is low
_GUARD = const(60)  # ms of silence before and after the escape from passthrough
_SETTLE = const(1100)  # ms until a module that has left passthrough listens again


def start(at, active, ticker):
    """Find the module, quieten it, learn its firmware, say how links are used, and let the ticker run.

    active, ticker: see Modem. Fills at.firmware, at.chip, at.nonos, at.names, at.listing, at.timer.
    """
    at.probe = at_basic.PROBE
    find(at)
    at_basic.echo(at, False)
    identify(at)
    if at.has(b"+SYSSTORE"):
        at_basic.store(at, False)  # settings of a program do not wear the module's flash
    if at.has(b"+SYSLOG"):
        at_basic.log(at, True)  # refusals say why
    try:
        at_links.close(at, _ALL)  # links that an earlier program has left
    except AtError:
        pass
    try:
        at_links.multiplex(at, True)
    except AtError:
        unpipe(at)
        at_links.multiplex(at, True)
    at_links.peers(at, False)
    at_links.passive(at, not active)
    if at.has(b"+CIPTCPOPT"):
        patience(at)
    at.listing = b"AT%s\r\n" % at_links.listing(at)
    ticker = timer if ticker is None else ticker
    at.timer = ticker(_PERIOD, at._tick) if ticker else None


def timer(ms, callback):
    """machine.Timer as a ticker, None where there is none."""
    try:
        from machine import Timer
    except ImportError:
        return None
    # RP2: select.poll and asyncio look at their objects once and then sleep (WFE) until an interrupt. This is one: it wakes
    # them every few ms, and they look at the sockets again.
    return Timer(-1, period=ms, mode=Timer.PERIODIC, callback=callback)


def patience(at):
    """Without a limit a peer that takes nothing more would block the module, and with it the other links, for ever."""
    try:
        at_server.set_options(at, _ALL, send_timeout=_T_SEND)
    except AtError:
        pass


def find(at):
    """Wait until the module answers AT; one that is in passthrough is called out of it. Raises AtTimeout."""
    for attempt in range(_TRIES):
        if attempt == 2 * _TRIES // 3 and at.reset:
            reset(at)
        elif attempt and attempt % (_TRIES // 3) == 0:  # twice: what is on its way may have come between
            escape(at)
        try:
            at_basic.attention(at)
            return
        except AtTimeout:
            at.stale = 0  # nothing to be in step with yet
        except AtError:
            pass  # an ERROR for half a line that was in the module's buffer
    search(at)


def search(at):
    """Look for the module at other baud rates, and stay at the one it is found at. Raises AtTimeout."""
    from espat.rescue import RATES

    for rate in RATES:
        at.port.baud(rate)
        for _ in range(2):  # what the module has heard at another rate spoils the first
            try:
                at_basic.attention(at)
                return
            except AtTimeout:
                at.stale = 0
            except AtError:
                pass
    at.port.baud(RATES[0])
    raise AtTimeout(b"")


def unpipe(at):
    """A module that was found in passthrough: back to normal, and its one link closed."""
    at_links.mode(at, False)
    try:
        at.run(at_tcp.CLOSE[2 : at_tcp.CLOSE.find(b"=")])
    except AtError:
        pass


def reset(at):
    """Restart the module by its pin and give it time to boot."""
    at.reset.value(0)
    sleep_ms(_PULSE)
    at.reset.value(1)
    sleep_ms(_SETTLE)


def escape(at):
    """Leave passthrough: three plus signs with silence around them; in command mode they do no harm."""
    sleep_ms(_GUARD)
    at.port.write(b"+++", 0, 3)
    sleep_ms(_SETTLE)


def identify(at):
    """Ask for version and commands: at.firmware is a tuple such as (3, 4, 0, 0), at.chip such as "ESP32C3"."""
    lines = at_basic.version(at)
    at.firmware = numbers(lines[0]) if lines else ()
    at.chip = chip(lines)
    names = Names()
    try:
        at_basic.commands(at, names.add)
        at.names = names
        at.nonos = b""
    except AtError:
        at.names = Asked(lambda name: at_basic.known(at, name))
        at.nonos = b"_CUR" if at.has(b"+CWMODE_CUR") else b""


def numbers(line):
    """The dotted version number in b"AT version:3.4.0.0(...)" as a tuple of ints; () without one."""
    text = line.split(b"(")[0].split(b":")[-1].split(b"-")[0]
    try:
        return tuple([int(x) for x in text.split(b".")])
    except ValueError:
        return ()


def chip(lines):
    """The chip's name from AT+GMR's lines, "" when they do not tell."""
    for line in lines[:1]:
        parts = line.split(b" - ")
        if len(parts) > 2:
            return str(parts[1], "ascii")
    text = b" ".join(lines)
    if text.find(b"WROOM-02") >= 0 or text.find(b"ESP8266") >= 0:
        return "ESP8266"
    return "ESP32" if text.find(b"WROOM-32") >= 0 else ""
