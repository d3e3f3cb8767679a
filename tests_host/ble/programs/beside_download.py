"""Runs an example, unchanged, while something is downloaded over the same module: beside_download.py FILE

The board is on the net and the download has begun before the example starts; what the example's own waiting has taken of
it is looked at when it has ended.
"""

import sys

import shallow  # noqa: F401  (first)
import espat_board
import play
import download

modem = play.modem
espat_board.modem = lambda: modem  # it is up already


def wait(plain=modem.wait):
    """What the example waits with."""
    plain()
    download.read()


def main(path):
    download.begin()
    modem.wait = wait
    with open(path) as f:
        exec(f.read(), {"__name__": "__main__"})
    download.taken()
    download.end()


main(sys.argv[1])
