"""Runs functions of one test file inside an interpreter: runner.py FILE NAME...

Says on stdout what it does, each line of its own beginning with a record separator: `start NAME`, then
`pass NAME`, `skip NAME REASON` or `fail NAME`. Everything between belongs to that test (its prints, its traceback).
"""

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


def run(module, name):
    from checks import Skip

    say("start", name)
    try:
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
    except Exception as e:
        show(e)
        return 1
    for name in names:
        run(module, name)
    return 0


sys.exit(main(*sys.argv[1:]))
