"""docs/faults.md and its two pictures, from the cells that `make faults` has run."""

import collections

from faults import catalogue, many, matrix, scenarios

OUTCOMES = ("right", "error", "checksum", "text")
COLOURS = {"right": "#3a7d44", "error": "#e0a100", "checksum": "#8fb0d8", "text": "#c9c9c9", "third": "#c1121f"}
CELL, LEFT, TOP = 26, 150, 90
SLOW = 60.0  # seconds of recovery that are drawn in the darkest shade

HEAD = """# The matrix of faults

Written by `make faults`: twelve programs on a simulated module, each disturbed by each fault at each place where it can
strike: every byte, message and command of a short program, 500 places spread over a long one, 60 moments. The faults are
what users of real modules have met; `tests_host/faults/catalogue.py` names the source of each. The library runs on CPython
here, the clock is simulated, sockets and the MQTT broker are real.

| outcome | what it means |
|---|---|
| right | the data was right, and so was that of the next run |
| error | one error with a name (OSError, AtError), and the next attempt was right |
| checksum | the program's own check failed, as an error with a name; the next attempt was right |
| text | the answer is plain text, or none (a scan, a version, passthrough): what is lost in it is lost; the next was right |
| anything else | a third outcome: silent damage, a hang, an error that stays, a crash of the program |

"""


LASTS = """A recovery lasts from the strike to the end of the attempt that is right. The program's own time-outs are in it: 60 s
each for AT+CIPSTART before passthrough and for an OTA, 20 s until the clients of the server come again.
"""

WHY = """## Why "checksum" and "text" are no third outcomes

AT numbers nothing and sums up nothing: its answers carry at most a length. What a length, a shape or a second question can
show, the library raises itself: too few or too many bytes of a block, a number of bytes that the module confirms and nobody
has sent, a link that the module does not know any more, a row of a scan that lacks a field, comes twice or behind the OK, a
port that the server was not told. What is left:

- **Bytes that become other bytes in a payload** (flip): neither length nor shape changes. The program has its data with a
  checksum in front, as a protocol over a serial line should, and raises `Mismatch`: one error with a name. A program without
  a check would not know. TLS is no check here: the module ends it, and the bytes pass the line in the clear.
- **Passthrough**: a pipe has no frame at all; whatever is added to it on the line, boot logs and reports included, is data.
  Only the protocol above can tell.
- **An end of the stream that is a real one** (peer-fin, peer-rst): the peer has closed before it has sent everything. The
  library tells what came and then the end, as sockets do.
- **A false CLOSED** (closed-own, closed-other): the module says that a link has ended which has not. Nothing tells it from an
  end that the peer meant. What the module announces for that link afterwards is delivered all the same, and the number is
  used again only when the link has been closed; a program that has read the end by then sees it early. Asking AT+CIPSTATE?
  at every end would make each request longer by a command, for a report that no firmware is known to send without cause.
- **Bytes in a line of plain text** (a letter of an SSID, a digit of its strength, of a version): any text is a possible text.
  A whole row of a scan that is lost leaves no trace either, nobody says how many there are.
- **A datagram with bytes added** where their CR LF falls on its end (one place of each datagram): the length is right.

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
    out = _frame(cells, _square)
    for k, kind in enumerate(COLOURS):
        out.append(_legend(k, COLOURS[kind], kind))
    return _svg(out)


def times(cells):
    """Scenarios across, faults down: the slowest recovery of each square, in seconds."""
    out = _frame(cells, _shade)
    for k, seconds in enumerate((0, 15, 30, 45, 60)):
        out.append(_legend(k, _tint(seconds), "%d s" % seconds))
    return _svg(out)


NAMES, FAULTS = list(scenarios.ALL), list(catalogue.ALL)
WIDTH, HEIGHT = LEFT + CELL * len(NAMES) + 10, TOP + 14 * len(FAULTS) + 40


def _frame(cells, draw):
    squares = collections.defaultdict(list)
    for cell in cells:
        squares[cell.fault, cell.scenario].append(cell)
    out = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for i, name in enumerate(NAMES):
        x = LEFT + CELL * i + 16
        out.append(f'<text x="{x}" y="{TOP - 6}" transform="rotate(-60 {x} {TOP - 6})">{name}</text>')
    for j, fault in enumerate(FAULTS):
        y = TOP + 14 * j
        out.append(f'<text x="{LEFT - 6}" y="{y + 10}" text-anchor="end">{fault}</text>')
        for i, name in enumerate(NAMES):
            out += draw(LEFT + CELL * i, y, squares[fault, name])
    return out


def _svg(out):
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="10">'
    return "\n".join([head, *out, "</svg>"]) + "\n"


def _legend(k, colour, word):
    x = 10 + 90 * k
    return (f'<rect x="{x}" y="{HEIGHT - 22}" width="12" height="12" fill="{colour}"/>'
            f'<text x="{x + 16}" y="{HEIGHT - 12}">{word}</text>')


def _tint(seconds):
    part = min(seconds / SLOW, 1.0)
    return "#%02x%02x%02x" % (round(255 - 30 * part), round(240 - 150 * part), round(210 - 180 * part))


def _shade(x, y, cells):
    slowest = worst(cells)
    if slowest == "-":
        return
    seconds = float(slowest)
    word = "%.0f" % seconds if seconds >= 1 else "%.1f" % seconds
    yield f'<rect x="{x}" y="{y}" width="{CELL - 2}" height="12" fill="{_tint(seconds)}"/>'
    yield f'<text x="{x + (CELL - 2) / 2}" y="{y + 9.5}" text-anchor="middle" font-size="9">{word}</text>'


def _square(x, y, cells):
    if not cells:
        return
    left = float(x)
    for kind, n in zip(COLOURS, share(cells)):
        w = (CELL - 2) * n / len(cells)
        if n:
            yield f'<rect x="{left:.1f}" y="{y}" width="{w:.1f}" height="12" fill="{COLOURS[kind]}"/>'
        left += w


def coverage(cells):
    """(how many cells the matrix has on this library, how many of them have been run). Moments shift a little with every
    change of the library: of those as many count as there are."""
    run = collections.defaultdict(set)
    for cell in cells:
        run[cell.scenario, cell.fault].add(cell.offset)
    whole = done = 0
    for name in scenarios.ALL:
        size = matrix.measure(name)
        for fault in catalogue.ALL.values():
            places, had = set(matrix.offsets(fault, size)), run[name, fault.name]
            whole += len(places)
            done += min(len(places), len(had)) if fault.strikes == "time" else len(places & had)
    return whole, done


def revisions(cells):
    """A table of which library the cells were run on."""
    count = collections.Counter(cell.revision for cell in cells)
    out = ["| library as of | its last commit | cells |", "|---|---|---|"]
    for name in sorted(count, key=many.age):
        about = many.git("log", "-1", "--format=%cs, %s", name) if name else "several earlier ones, not written down"
        out.append("| %s | %s | %d |" % (name or "-", about.partition(":")[0] if name else about, count[name]))
    return "\n".join(out) + "\n"


def page(cells):
    """The report in Markdown."""
    third = many.bad(cells)
    struck = len([cell for cell in cells if cell.struck])
    out = [HEAD, "The matrix has %d cells on the library of today; %d of them have been run. With places that only earlier\n"
           "revisions had these are %d outcomes; %d of the faults struck; third outcomes: %d.\n" % (
               *coverage(cells), len(cells), struck, len(third))]
    out.append(revisions(cells))
    out.append("![Outcomes: scenarios across, faults down](faults.svg)\n")
    out.append("![The slowest recovery in seconds: scenarios across, faults down](faults-times.svg)\n")
    out.append(LASTS)
    out.append(table("Programs", lambda cell: cell.scenario, scenarios.ALL, cells))
    out.append(table("Faults", lambda cell: cell.fault, catalogue.ALL, cells))
    out.append(WHY)
    out.append("## Third outcomes\n\n" + ("None.\n" if not third else ""))
    out += ["- %s, %s at %s: %s: %s" % cell[:5] for cell in sorted(third)]
    return "\n".join(out).rstrip() + "\n"


def write():
    cells = many.load()
    (many.TOP / "docs/faults.md").write_text(page(cells))
    (many.TOP / "docs/faults.svg").write_text(picture(cells))
    (many.TOP / "docs/faults-times.svg").write_text(times(cells))
    print(many.summary(cells))
