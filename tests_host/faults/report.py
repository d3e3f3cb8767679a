"""docs/faults.md and its picture, from the cells that `make faults` has run."""

import collections

from faults import catalogue, many, scenarios

OUTCOMES = ("right", "error", "checksum", "text")
COLOURS = {"right": "#3a7d44", "error": "#e0a100", "checksum": "#8fb0d8", "text": "#c9c9c9", "third": "#c1121f"}
CELL, LEFT, TOP = 26, 150, 90
WHOLE = 118000  # cells that the matrix has: offsets differ a little from run to run

HEAD = """# The matrix of faults

Written by `make faults`: twelve programs on a simulated module, each disturbed by each fault at each place where it can
strike: every byte, message and command of a short program, 500 places spread over a long one, 60 moments. The faults are
what users of real modules have met; `tests_host/faults/catalogue.py` names the source of each. The library runs on CPython
here, the clock is simulated, sockets and the MQTT broker are real. After "checksum" and "text", too, the next attempt was right.

| outcome | what it means |
|---|---|
| right | the data was right, and so was that of the next run |
| error | one error with a name (OSError, AtError), and the next attempt was right |
| checksum | the program's own check failed: bytes that change on the line leave no trace in AT, nor does a false CLOSED |
| text | the answer has neither length nor checksum (a scan, a version, passthrough): what is lost in it is lost |
| anything else | a third outcome: silent damage, a hang, an error that stays, a crash of the program |

"""


def share(cells):
    count = collections.Counter(cell.outcome if cell.outcome in OUTCOMES else "third" for cell in cells)
    return [count[kind] for kind in (*OUTCOMES, "third")]


def worst(cells):
    times = [cell.seconds for cell in cells if cell.struck and cell.outcome in OUTCOMES]
    return "%.1f" % max(times) if times else "-"


def row(name, cells):
    return "| %s | %d | %s | %s |" % (name, len(cells), " | ".join(map(str, share(cells))), worst(cells))


def table(title, key, order, cells):
    rows = collections.defaultdict(list)
    for cell in cells:
        rows[key(cell)].append(cell)
    heads = "| | cells | right | error | checksum | text | third | slowest recovery (s) |"
    lines = ["## " + title, "", heads, "|---|" + "---|" * 7]
    for name in order:
        if rows[name]:
            lines.append(row(name, rows[name]))
    lines.append(row("all", cells))
    return "\n".join(lines) + "\n"


def picture(cells):
    """Scenarios across, faults down: each square is divided as its cells came out."""
    squares = collections.defaultdict(list)
    for cell in cells:
        squares[cell.fault, cell.scenario].append(cell)
    names, faults = list(scenarios.ALL), list(catalogue.ALL)
    width, height = LEFT + CELL * len(names) + 10, TOP + 14 * len(faults) + 40
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="10">',
           f'<rect width="{width}" height="{height}" fill="white"/>']
    for i, name in enumerate(names):
        x = LEFT + CELL * i + 16
        out.append(f'<text x="{x}" y="{TOP - 6}" transform="rotate(-60 {x} {TOP - 6})">{name}</text>')
    for j, fault in enumerate(faults):
        y = TOP + 14 * j
        out.append(f'<text x="{LEFT - 6}" y="{y + 10}" text-anchor="end">{fault}</text>')
        for i, name in enumerate(names):
            out += _square(LEFT + CELL * i, y, squares[fault, name])
    for k, kind in enumerate(COLOURS):
        x = 10 + 90 * k
        out.append(f'<rect x="{x}" y="{height - 22}" width="12" height="12" fill="{COLOURS[kind]}"/>')
        out.append(f'<text x="{x + 16}" y="{height - 12}">{kind}</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


def _square(x, y, cells):
    if not cells:
        return
    left = float(x)
    for kind, n in zip(COLOURS, share(cells)):
        w = (CELL - 2) * n / len(cells)
        if n:
            yield f'<rect x="{left:.1f}" y="{y}" width="{w:.1f}" height="12" fill="{COLOURS[kind]}"/>'
        left += w


def page(cells):
    """The report in Markdown."""
    third = many.bad(cells)
    out = [HEAD, "%d cells of about %d were run, chosen at random; %d of the faults struck; third outcomes: %d. What was one\n"
           "under an earlier revision of the library is run again by `make faults`; the cells may be of several revisions.\n" % (
        len(cells), WHOLE, len([cell for cell in cells if cell.struck]), len(third))]
    out.append("![Scenarios across, faults down](faults.svg)\n")
    out.append(table("Programs", lambda cell: cell.scenario, scenarios.ALL, cells))
    out.append(table("Faults", lambda cell: cell.fault, catalogue.ALL, cells))
    out.append("## Third outcomes\n\n" + ("None.\n" if not third else ""))
    out += ["- %s, %s at %s: %s: %s" % cell[:5] for cell in sorted(third)]
    return "\n".join(out) + "\n"


def write():
    cells = many.load()
    (many.TOP / "docs/faults.md").write_text(page(cells))
    (many.TOP / "docs/faults.svg").write_text(picture(cells))
    print(many.summary(cells))
