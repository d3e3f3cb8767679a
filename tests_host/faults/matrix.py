"""Cells of the matrix: one scenario, one fault, one offset; what came of it, and how long the recovery took.

    python -m faults.matrix cell http drop-1-host 17     one cell, with everything that passed
    python -m faults.matrix sample 500 [seed]            some, on all processors
    python -m faults.matrix full [scenario ...]          all; what was never run first, then what an older library did
    python -m faults.matrix report                       docs/faults.md and its picture from what full has found
"""

import collections
import dataclasses
import gc
import json
import os
import pathlib
import random
import signal
import sys

from espat.errors import AtError

from faults import catalogue, scenarios
from faults.clock import Hang
from faults.world import World

OFFSETS = 500  # at most, for each scenario and fault
PATIENCE = 180  # seconds of the clock after which a program counts as hung
CPU_SECONDS = 30  # of this machine, for one attempt that does not even wait
FIELDS = ("scenario", "fault", "offset", "outcome", "detail", "seconds", "struck", "revision")
Cell = collections.namedtuple("Cell", FIELDS, defaults=("",))  # revision: of the library, where it was written down


class Loop(BaseException):
    """The program neither waits nor ends."""


def _alarm(*_):
    raise Loop


def prepare(name, seed=1, trace=False):
    scenario = scenarios.ALL[name]()
    w = World(seed=seed, trace=trace)
    w.clock.lazy = True
    scenario.prepare(w)
    if w.trace:
        w.trace.clear()
    return w, scenario


def measure(name):
    """How many bytes, messages, commands and seconds an undisturbed run takes."""
    w, scenario = prepare(name)
    w.faults.arm()
    begun = w.clock.now
    w.clock.deadline = begun + PATIENCE
    assert scenario.attempt(w) == scenario.want, name
    size = dict(w.faults.passed, time=w.clock.now - begun)
    assert w.close() == []
    return size


def offsets(fault, size):
    """Where the fault may strike: everywhere, or OFFSETS places spread evenly."""
    if fault.strikes == "time":
        steps = 60
        return [round(size["time"] * n / steps, 6) for n in range(steps)]
    n = size[fault.strikes]
    return sorted({n * i // OFFSETS for i in range(OFFSETS)}) if n > OFFSETS else list(range(n))


def attempt(w, scenario, seconds=PATIENCE):
    """("right", "") or what else came out, and why."""
    w.clock.deadline = w.clock.now + seconds
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        value = scenario.attempt(w)
    except OSError as error:
        return "error", "%s %s" % (type(error).__name__, _text(error))
    except scenarios.Mismatch as error:
        return "checksum", str(error)
    except Hang:
        return "hang", "waited for %d s" % seconds
    except Loop:
        return "loop", "did not wait"
    except Exception as error:
        return "crash", repr(error)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return ("right", "") if value == scenario.want else ("wrong", _difference(value, scenario.want))


def words(scenario, fault):
    """Whether nothing could tell what the fault has done to the data."""
    return fault.strikes in scenario.text or fault.changes and scenario.text


def _text(error):
    if isinstance(error, AtError):
        return error.args[1]
    return "%s %s" % (error.args[0] if error.args else "", error.args[1] if len(error.args) > 1 else "")


def _difference(got, want):
    if isinstance(got, list) and isinstance(want, list):
        return "%d of %d items are right" % (len([x for x in got if x in want]), len(want))
    return "%.60r" % (got,)


def tidy(w, scenario, fault):
    """The trouble is over, and the program clears up; what is wrong with that, if anything."""
    struck = w.faults.armed_at + (w.faults.struck[0][0] if w.faults.struck else 0)
    rest = fault.seconds + struck - w.clock.now
    w.clock.deadline = w.clock.now + PATIENCE
    if rest > 0:
        w.clock.sleep(rest + 0.1)
    try:
        scenario.tidy(w)
    except Hang:
        return "hang while clearing up"
    except Exception as error:
        return "clearing up: %r" % error
    return ""


def run(name, fault, at, seed=1, trace=False):
    """One Cell, and the world it happened in (closed)."""
    signal.signal(signal.SIGPROF, _alarm)
    w, scenario = prepare(name, seed, trace)
    w.faults.arm(*fault.rules(at))
    outcome, detail = attempt(w, scenario)
    struck = bool(w.faults.struck)
    if outcome in ("error", "checksum"):
        outcome, detail = _again(w, scenario, fault, outcome, detail)
    elif outcome == "right" and struck:
        outcome, detail = _still(w, scenario, fault, outcome, detail)
    elif outcome == "wrong" and words(scenario, fault):
        outcome = "text"
    begun = w.faults.armed_at + (w.faults.struck[0][0] if struck else 0)
    seconds = w.clock.now - begun
    failures = w.close()
    if failures:
        outcome, detail = "espsim", failures[0][-300:]
    return Cell(name, fault.name, at, outcome, detail, round(seconds, 3), struck), w


def _again(w, scenario, fault, first, why):
    """After one error the next attempt has to work."""
    if first == "checksum" and not fault.changes and not fault.ends:
        first = "text" if words(scenario, fault) else "silent"  # bytes are missing, and the library has not said so
    trouble = tidy(w, scenario, fault)
    if trouble:
        return "stays", why + "; " + trouble
    w.faults.disarm()
    outcome, detail = attempt(w, scenario)
    if outcome != "right":
        return "stays", "%s; then %s %s" % (why, outcome, detail)
    return first, why


def _still(w, scenario, fault, outcome, detail):
    """It went well; the next run must, too: nothing may have been left behind."""
    now = w.clock.now
    trouble = tidy(w, scenario, fault)
    w.faults.disarm()
    second, why = ("", trouble) if trouble else attempt(w, scenario)
    if second in ("error", "checksum"):  # the same one error, only later
        trouble = tidy(w, scenario, fault)
        second, more = ("", trouble) if trouble else attempt(w, scenario)
        outcome, detail, why = "error", why, more
    if second == "wrong" and words(scenario, fault):
        return "text", why
    if second != "right":
        return "stays", "right, then %s %s" % (second, why)
    w.clock.now = now if outcome == "right" else w.clock.now
    return outcome, detail


# many cells


def every(names=None):
    """(scenario, fault, offset) of the whole matrix."""
    for name in names or scenarios.ALL:
        size = measure(name)
        for fault in catalogue.ALL.values():
            for at in offsets(fault, size):
                yield name, fault.name, at


def sample(n, seed):
    """n of them; each scenario and each fault has its share."""
    rng = random.Random(seed)
    sizes = {name: measure(name) for name in scenarios.ALL}
    pairs = [(name, fault) for name in sizes for fault in catalogue.ALL.values() if offsets(fault, sizes[name])]
    rng.shuffle(pairs)
    return [(name, fault.name, rng.choice(offsets(fault, sizes[name]))) for name, fault in (pairs * (n // len(pairs) + 1))[:n]]


def one(key):
    name, fault, at = key
    return run(name, catalogue.ALL[fault], at, seed=hash_of(key))[0]


def dataclass_with(fault, **changes):
    """A fault like this one, for tests of the judge."""
    return dataclasses.replace(fault, **changes)


def hash_of(key):
    return random.Random(json.dumps(key)).getrandbits(30)


def show(key):
    cell, w = run(key[0], catalogue.ALL[key[1]], key[2], seed=hash_of(key), trace=True)
    for way, data in w.trace.pieces:
        print(way, bytes(data)[:300], len(data))
    print(cell)


def settle():
    """Make this process cheap for many cells: what stays need not be looked through for garbage, each cell's is much, and
    the modules that the library loads once and drops are compiled once."""
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(pathlib.Path(__file__).parents[2] / "build" / "pycache")
    run("mqtt", catalogue.ALL["error"], 0)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50000, 10, 10)


def workers():
    return int(os.environ.get("FAULTS_WORKERS", 0)) or max(1, min(2, os.cpu_count() or 1))


def main(words):
    if words[0] == "cell":
        show((words[1], words[2], json.loads(words[3])))
    elif words[0] == "sample":
        from faults.many import summary, together

        cells = list(together(sample(int(words[1]), int(words[2]) if len(words) > 2 else 1)))
        print(summary(cells))
    elif words[0] == "full":
        from faults import many

        many.full(words[1:])
    else:
        from faults import report

        report.write()


if __name__ == "__main__":
    main(sys.argv[1:])
