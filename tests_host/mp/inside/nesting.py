"""Imports modules and prints how deep files of the library were loaded inside one another: nesting.py NAME...

`deepest NUMBER CHAIN` for each name; a name with a dot and "()" behind it is a function without arguments to be called.
"""

import builtins
import sys

original = builtins.__import__
chain = []
deepest = []


def watched(name, *more):
    # each file of ours that is not there yet is one level; what is there already, and what is built in, is none
    ours = name.split(".")[0] == "espat" and name not in sys.modules
    if ours:
        chain.append(name)
        if len(chain) > len(deepest):
            deepest[:] = chain
    try:
        return original(name, *more)
    finally:
        if ours:
            chain.pop()


class Modem:
    """What install() asks a modem."""

    links = None

    def has(self, name):
        return True


def load(name):
    if name == "install()":
        from espat.install import install

        install(Modem())
    else:
        __import__(name)


builtins.__import__ = watched
for name in sys.argv[1:]:
    deepest[:] = []
    load(name)
    print("deepest", len(deepest), ">".join(deepest))
