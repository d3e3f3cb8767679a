"""Where MicroPython's own tests are: the source package that pico/firmware.py fetches through apt, kept in its cache."""

import functools
import pathlib

import pytest

from pico import firmware
from pico.firmware import Unavailable


@functools.lru_cache(maxsize=None)
def folder():
    """The folder tests/ of MicroPython's source; raises Unavailable with one sentence."""
    tests = pathlib.Path(firmware.cache_folder(), "source", "tests")
    if not tests.exists():
        with firmware._one_at_a_time():
            tests = pathlib.Path(firmware._source_tree(), "tests")
    return tests


def needed():
    """The same for tests, which are skipped without it."""
    try:
        return folder()
    except (Unavailable, OSError) as error:
        pytest.skip("MicroPython's own tests cannot be had here: %s" % error)
