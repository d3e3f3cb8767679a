"""Runs scripts on the emulated Pico: python3 tests_host/pico/run.py [options] script.py ...

They run one after the other on one board; what they print appears as it comes. With --repl there is a pseudo terminal
instead, for `mpremote connect PATH`. Exit code 1: a script raised; 75: the emulator cannot be had here.
"""

import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from pico import Pico, PicoError, Unavailable
from pico.firmware import CANNOT, build


def main(arguments):
    options = _options(arguments)
    try:
        firmware = options.firmware or build(options.freeze)
        pico = Pico(firmware, options.tcp, dict(_pairs(options.put)), uart_id=options.uart, baud=options.baud,
                    obey_rts=options.rts, flash=options.flash, cache_miss=options.cache_miss, plain=options.repl,
                    real_time=options.repl)
        with pico:
            if options.repl:
                return _terminal(pico)
            for script in options.script:
                _run(pico, script, options)
            if options.flash:
                pico.save_flash(options.flash)
    except Unavailable as e:
        print("pico: %s." % e, file=sys.stderr)
        return CANNOT
    except PicoError as e:
        print("pico: %s" % e, file=sys.stderr)
        return 1
    return 0


def _options(arguments):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog=__doc__.split("\n", 2)[2],
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("script", nargs="*", help="a file with MicroPython source")
    p.add_argument("--tcp", metavar="HOST:PORT", help="join the UART to a TCP server, e.g. the simulated module's")
    p.add_argument("--put", metavar="HOST[:DEVICE]", action="append", default=[], help="copy a file or folder to the board first")
    p.add_argument("--timeout", type=float, default=120, help="seconds of wall time for each script (120)")
    p.add_argument("--uart", type=int, choices=(0, 1), default=1, help="which UART is joined (1)")
    p.add_argument("--baud", type=int, default=0, help="the other end's rate (default: always the board's)")
    p.add_argument("--rts", action="store_true", help="the other end obeys the board's RTS")
    p.add_argument("--flash", metavar="FILE", help="start from the flash in this file, and keep it there at the end")
    p.add_argument("--firmware", metavar="BIN", help="another image than the one that is built")
    p.add_argument("--freeze", metavar="MANIFEST", help="build an image with more frozen in")
    p.add_argument("--cache-miss", type=int, default=60, help="cycles of a flash cache miss (60); 0 gives a lower bound")
    p.add_argument("--stats", action="store_true", help="print each script's counters")
    p.add_argument("--profile", type=int, default=0, metavar="N", help="print the N costliest C functions of each script")
    p.add_argument("--repl", action="store_true", help="no script: a pseudo terminal with the board's REPL")
    options = p.parse_args(arguments)
    if bool(options.script) == options.repl:
        p.error("name a script, or give --repl")
    return options


def _pairs(puts):
    for put in puts:
        host, _, device = put.partition(":")
        yield device or "/" + os.path.basename(os.path.abspath(host)), host


def _run(pico, script, options):
    def show(text):
        sys.stdout.write(text)
        sys.stdout.flush()

    result = pico.run(script, options.timeout, profile=options.profile > 0, show=show)
    if options.stats:
        print(", ".join("%s %d" % pair for pair in result.counters.items()), file=sys.stderr)
    for name, cycles, calls in result.profile[:options.profile]:
        share = 100 * cycles / result.counters["cycles"]
        print("%6.2f%% %12d cycles %9d calls  %s" % (share, cycles, calls, name), file=sys.stderr)


def _terminal(pico):
    """Joins the REPL to a pseudo terminal until interrupted."""
    import threading
    import tty

    ours, theirs = os.openpty()
    tty.setraw(theirs)
    print("the REPL is at %s; interrupt (Ctrl-C) to end" % os.ttyname(theirs), flush=True)

    def pass_on():
        while True:
            pico.type(os.read(ours, 256))

    threading.Thread(target=pass_on, daemon=True).start()
    try:
        pico.converse(lambda data: os.write(ours, data))
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
