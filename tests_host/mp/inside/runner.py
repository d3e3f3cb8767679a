"""Runs functions of one test file inside an interpreter: runner.py FILE NAME...

Says on stdout what it does, each line of its own beginning with a record separator: `start NAME`, then
`pass NAME`, `skip NAME REASON` or `fail NAME`. Everything between belongs to that test (its prints, its traceback).
Where ESPAT_AROUND names a module, its around(file's module, name) calls the test.
"""

import os
import sys

SIGN = "\x1e"


def say(*words):
    print(SIGN + " ".join(words))


def show(error):
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    else:
        import traceback

        traceback.print_exception(type(error), error, error.__traceback__, file=sys.stdout)


def load(path):
    folder, _, name = path.rpartition("/")
    sys.path.insert(0, folder)
    return __import__(name[: -len(".py")])


def run(module, name, around):
    from checks import Skip

    say("start", name)
    try:
        if around:
            around(module, name)
        else:
            getattr(module, name)()
    except Skip as e:
        say("skip", name, str(e))
    except Exception as e:
        show(e)
        say("fail", name)
    else:
        say("pass", name)


def main(path, *names):
    try:
        module = load(path)
        around = os.getenv("ESPAT_AROUND")
        around = around and __import__(around).around
    except Exception as e:
        show(e)
        return 1
    for name in names:
        run(module, name, around)
    return 0


sys.exit(main(*sys.argv[1:]))
