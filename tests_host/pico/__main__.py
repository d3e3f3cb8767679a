"""`python -m pico`, from tests_host: gets what the emulated Pico needs, or says why this machine cannot.

That is no failure: the tests are skipped then, and say so too.
"""

import sys

from pico import Unavailable, prepare

try:
    prepare()
except Unavailable as e:
    print("emulated Pico: not on this machine: %s" % e, file=sys.stderr)
