"""Memory for what is needed once: modules that leave again."""

import sys


def once(call):
    """call(), and unload the modules of espat that were loaded for it; what held on to them keeps them."""
    known = set(sys.modules)
    try:
        return call()
    finally:
        for name in set(sys.modules) - known:
            if name[:6] == "espat.":
                module = sys.modules.pop(name)
                package, _, own = name.rpartition(".")
                package = sys.modules.get(package)
                if getattr(package, own, None) is module:
                    delattr(package, own)
