"""Modules that leave the memory again, and modules that come when they are used."""

import sys

from checks import raises
from espat.spare import Later, once

LATE = "espat.advice"  # a leaf that nothing here needs
OWN = "espat.text"


class Told:
    """A module with a use(), as network and socket have."""

    def use(self, modem):
        self.modem = modem


def forget(*names):
    for name in names:
        package, _, own = name.rpartition(".")
        if sys.modules.pop(name, None):
            delattr(sys.modules[package], own)


def visit(look):
    """Called by once() as a function of its module."""
    __import__(OWN)
    return look()


def lent(function):
    """once() of this file's function, as if the module had been loaded for it."""
    sys.modules["visited"] = module = Told()
    module.visit = visit
    try:
        return once("visited", "visit", function)
    finally:
        del sys.modules["visited"]


def test_what_came_for_a_call_leaves_again():
    forget(OWN)
    assert lent(lambda: OWN in sys.modules)
    assert OWN not in sys.modules and not hasattr(sys.modules["espat"], "text")


def test_it_leaves_when_the_call_fails():
    forget(OWN)

    def fails():
        raise ValueError("no")

    raises(ValueError, lent, fails)
    assert OWN not in sys.modules


def test_a_module_that_comes_meanwhile_stays():
    """Another thread uses a module for the first time while this one waits for the answer to its call."""
    forget(LATE)
    later = Later(LATE)
    lent(lambda: later.ADVICE)
    assert LATE in sys.modules
    forget(LATE, OWN)


def test_it_is_told_its_modem_once_loaded():
    sys.modules["told"] = module = Told()
    later = Later("told", "a modem")
    assert not hasattr(module, "modem")
    assert later.modem == "a modem"
    del sys.modules["told"]


def test_no_module_for_the_names_of_the_interpreter():
    raises(AttributeError, getattr, Later("espat.nowhere"), "__path__")
