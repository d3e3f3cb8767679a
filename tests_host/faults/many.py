"""Running many cells: side by side, and so that an interrupted run goes on where it stopped."""

import collections
import json
import multiprocessing
import pathlib
import random
import subprocess
import time

from faults import matrix

TOP = pathlib.Path(__file__).parents[2]
FOUND = TOP / "build" / "faults.jsonl"


def together(keys):
    """Cells of these keys, in no order."""
    with multiprocessing.Pool(matrix.workers(), matrix.settle, maxtasksperchild=2000) as pool:
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
    """The latest of every cell that has been run."""
    if not FOUND.exists():
        return []
    cells = [matrix.Cell(*json.loads(line)) for line in FOUND.read_text().splitlines()]
    return list({cell[:3]: cell for cell in cells}.values())


def git(*words):
    return subprocess.run(["git", "-C", str(TOP), *words], capture_output=True, text=True).stdout.strip()


def revision():
    """The last commit that changed the library; a plus when it is not what lies here."""
    return git("log", "-1", "--format=%h", "--", "lib") + ("+" if git("status", "--porcelain", "lib") else "")


def age(name):
    """How many commits to the library came after that revision; many when nobody knows."""
    count = name and git("rev-list", "--count", name.rstrip("+") + "..HEAD", "--", "lib")
    return int(count) if count and count.isdigit() else 1000000


def waiting(keys, now):
    """Those keys whose cells are to be run: never run, then third outcomes, then the oldest library's; each in random
    order, so that a part of them stands for all."""
    cells = {cell[:3]: cell for cell in load()}
    ages = {name: age(name) for name in {cell.revision for cell in cells.values()}}
    rank = {key: -ages[cell.revision] for key, cell in cells.items() if cell.revision != now}
    rank.update((cell[:3], -2000000) for cell in bad(cells.values()))
    left = [key for key in keys if key not in cells or key in rank]
    random.Random(1).shuffle(left)
    return sorted(left, key=lambda key: rank.get(key, -3000000))


def full(names):
    """The whole matrix on the library as it lies here; goes on where it stopped."""
    FOUND.parent.mkdir(exist_ok=True)
    now = revision()
    left = waiting(list(matrix.every(names)), now)
    print("library %s: %d cells are left" % (now, len(left)), flush=True)
    begun = time.monotonic()
    with FOUND.open("a", buffering=1) as file:
        for n, cell in enumerate(together(left), 1):
            file.write(json.dumps(cell._replace(revision=now)) + "\n")
            if n % 500 == 0:
                print("%d of %d, %.0f s" % (n, len(left), time.monotonic() - begun), flush=True)
    print(summary(load()))
