"""Memory for what is needed once, or perhaps never: modules that leave again, and modules that come when they are used."""

import sys

from espat.turn import turn

_under_way = {}  # what was loaded when each call of once() that has not ended began


def once(module, call, *args, again=False, **more):
    """A call of a function of a module that is loaded for it. Afterwards the modules of espat that came with it are unloaded;
    what holds on to them keeps them.

    again: it will be called again: what would have to be compiled anew, for it is there as source, stays.
    """
    known = set(sys.modules)
    _under_way[id(known)] = known
    try:
        __import__(module)
        return getattr(sys.modules[module], call)(*args, **more)
    finally:
        del _under_way[id(known)]
        for name in set(sys.modules) - known:
            if name[:6] == "espat." and not (again and getattr(sys.modules[name], "__file__", "")[-3:] == ".py"):
                module = sys.modules.pop(name)
                package, _, own = name.rpartition(".")
                package = sys.modules.get(package)
                if getattr(package, own, None) is module:
                    delattr(package, own)


class Later:
    """Stands for a module in sys.modules until a program uses something of it.

    module: its name. modem: what its use() gets, None for one without.
    """

    def __init__(self, module, modem=None):
        self._module = module
        self._modem = modem

    def __getattr__(self, name):
        if name[:2] == "__":
            raise AttributeError(name)
        with turn:  # or another thread would find it half loaded
            __import__(self._module)
            module = sys.modules[self._module]
            if self._modem:
                module.use(self._modem)
            for known in list(_under_way.values()):  # another thread's, who must not unload this
                known.update(sys.modules)
        value = getattr(module, name)
        setattr(self, name, value)
        return value
