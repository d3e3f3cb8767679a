"""Threads take turns: whoever works with a modem has the turn, and lets go of it while it waits.

Everything a call does to the modem's state, steps included, happens in one turn, so a call of another thread comes before
or behind it, never between. A turn within a turn is the same (a report's handler that writes), and a ticker that strikes
in a turn of the thread it interrupts steps, as it does without threads. There is one turn for all modems.
MicroPython looks for Ctrl-C and tickers where it branches: there is no branch between taking the lock and noting whose it
is, nor between the notes that it is free and giving it back.
"""

from sys import maxsize

from espat.ticks import sleep_ms

try:
    from _thread import allocate_lock, get_ident

    from micropython import kbd_intr  # noqa: F401  (CPython has none)
except ImportError:
    from espat.alone import get_ident, owner, turn
else:
    if get_ident() > maxsize >> 1:  # it would allocate, on 32-bit Unix: all threads pass for one
        get_ident = bool

    # the thread that has the turn; how many turns within each other; whether somebody waits at the port; the rest of no account
    owner = [None, None, 0, False, False]
    hold = allocate_lock()
    free = hold.release, bool


    class turn:
        """What `with` makes a turn of."""

        def __enter__(self):
            me = get_ident()
            if owner[0] != me:
                hold.acquire()
                owner[0] = me
            owner[2] += 1

        def __exit__(self, kind, error, n):
            owner[2] -= 1
            more = owner[2] > 0
            owner[more] = None
            free[more]()

        def step(self, at):
            """A step in a turn of its own. (A `with` in step() itself would take it a heap block for its state.)"""
            with self:
                return at.__class__.step(at)

        def wait(self, port):
            """port.wait(5), while others may have the turn; who finds one there waits by the clock."""
            me = get_ident()
            if owner[0] != me:
                with self:
                    return self.wait(port)
            depth = owner[2]
            second = owner[3]
            owner[3] = True
            try:
                owner[2] = 0
                owner[0] = None
                hold.release()
                if second:
                    sleep_ms(1)
                else:
                    port.wait(5)
            finally:
                hold.acquire()
                owner[0] = me
                owner[2] = depth
                owner[3 + second] = False


    turn = turn()
