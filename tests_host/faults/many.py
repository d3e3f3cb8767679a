"""Running many cells: side by side, and so that an interrupted run goes on where it stopped."""

import collections
import json
import multiprocessing
import pathlib
import random
import time

from faults import matrix

TOP = pathlib.Path(__file__).parents[2]
FOUND = TOP / "build" / "faults.jsonl"


def together(keys):
    """Cells of these keys, in no order."""
    with multiprocessing.Pool(matrix.workers(), maxtasksperchild=2000) as pool:
        yield from pool.imap_unordered(matrix.one, keys, chunksize=8)


def bad(cells):
    return [cell for cell in cells if cell.outcome not in ("right", "error", "checksum", "text")]


def summary(cells):
    """Outcomes in numbers, and every third outcome."""
    lines = ["%d cells: %s" % (len(cells), dict(collections.Counter(cell.outcome for cell in cells)))]
    for cell in sorted(bad(cells)):
        lines.append("  %-9s %-20s %-9s %-8s %s" % (cell.scenario, cell.fault, cell.offset, cell.outcome, cell.detail))
    struck = [cell for cell in cells if cell.struck and cell.outcome in ("right", "error", "checksum")]
    if struck:
        slow = max(struck, key=lambda cell: cell.seconds)
        lines.append("worst recovery: %.1f s, %s %s %s (%s)" % (slow.seconds, *slow[:3], slow.detail))
    return "\n".join(lines)


def load():
    if not FOUND.exists():
        return []
    return [matrix.Cell(*json.loads(line)) for line in FOUND.read_text().splitlines()]


def full(names):
    """Every cell that build/faults.jsonl does not hold yet, or holds as a third outcome; in random order, so that a part
    of them stands for all."""
    FOUND.parent.mkdir(exist_ok=True)
    found = load()
    third = bad(found)
    known = {cell[:3] for cell in found} - {cell[:3] for cell in third}
    FOUND.write_text("".join(json.dumps(cell) + "\n" for cell in found if cell[:3] in known))
    left = [key for key in matrix.every(names) if key not in known]
    random.Random(1).shuffle(left)
    print("%d cells are known, %d are left" % (len(known), len(left)), flush=True)
    begun = time.monotonic()
    with FOUND.open("a") as file:
        for n, cell in enumerate(together(left), 1):
            file.write(json.dumps(cell) + "\n")
            if n % 500 == 0:
                file.flush()
                print("%d of %d, %.0f s" % (n, len(left), time.monotonic() - begun), flush=True)
    print(summary(load()))
