"""Draws docs/wiring/<board>.svg, and a page of them, from the pin tables at the head of the files in boards/.

    python3 tests_host/tools/wiring.py           writes them
    python3 tests_host/tools/wiring.py --check   exit code 1 when one is not up to date

A table is a line with the names of board and module, then a line per wire: pin, what it is to the board, which way
(-----> to the module), pin of the module, and in brackets what else must be known. Lines "Level:" and "Power:" follow.
"""

import ast
import collections
import pathlib
import re
import sys
import textwrap
from xml.sax.saxutils import escape

TOP = pathlib.Path(__file__).resolve().parents[2]
BOARDS = TOP / "boards"
PICTURES = TOP / "docs/wiring"
NO_WIRES = ("unix", "unix_spi")

Wire = collections.namedtuple("Wire", "pin what way far note")
Board = collections.namedtuple("Board", "name title near far wires notes")

_WIRE = re.compile(r" {4}(\S+)(?: +(\S+(?: \S+)*))? +(-+>|<-+|-+) +(\S+(?: \S+)*?)(?: +\((.*)\))?$")
_NAMES = re.compile(r" {4}(\S+(?: \S+)*) {2,}(\S+(?: \S+)*)$")
_WAYS = {">": 1, "<": -1, "-": 0}

LINE = 34  # between two wires
BOX, GAP, EDGE = 190, 320, 24
COLOURS = {"TX": "#c2410c", "RX": "#1d4ed8", "RTS": "#a16207", "CTS": "#0f766e", "SCK": "#7c3aed", "MOSI": "#c2410c",
           "MISO": "#1d4ed8", "CS": "#0f766e", "handshake": "#be185d", "reset": "#4b5563", "mode": "#a16207"}


def files():
    """The boards that have wires."""
    return sorted(p for p in BOARDS.glob("*.py") if p.stem not in NO_WIRES)


def read(path):
    """The Board that a file describes; ValueError when its head cannot be read."""
    lines = ast.get_docstring(ast.parse(path.read_text()), clean=False).split("\n")
    at = next((i for i, line in enumerate(lines) if _WIRE.match(line)), 0)
    names = _NAMES.match(lines[at - 1]) if at else None
    if not names:
        raise ValueError(f"{path.name}: no pin table, or no names above it")
    wires, notes = [], []
    while at < len(lines) and lines[at]:
        found = _WIRE.match(lines[at])
        if not found:
            raise ValueError(f"{path.name}: not a wire: {lines[at].strip()!r}")
        pin, what, arrow, far, note = found.groups()
        wires.append(Wire(pin, what or "", _WAYS[arrow[-1] if arrow[0] == "-" else "<"], far, note or ""))
        at += 1
    notes = [line.strip() for line in lines[at:] if line.startswith("    ")]
    return Board(path.stem, lines[0], *names.groups(), wires, notes)


def colour(wire):
    """Of a wire, by what it is for."""
    if wire.pin == "GND":
        return "#111111"
    if not wire.what:
        return "#dc2626"
    return COLOURS[wire.what.split()[-1]]


def _text(x, y, text, anchor="start", size=13, extra=""):
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}"{extra}>{escape(text)}</text>'


def _box(x, y, height, name):
    return [f'<rect x="{x}" y="{y}" width="{BOX}" height="{height}" rx="10" fill="#f8fafc" stroke="#334155" stroke-width="2"/>',
            _text(x + BOX / 2, y + 26, name, "middle", 15, ' font-weight="bold"')]


def _wire(wire, y):
    a, b = EDGE + BOX, EDGE + BOX + GAP
    paint = colour(wire)
    out = [f'<line x1="{a}" y1="{y}" x2="{b}" y2="{y}" stroke="{paint}" stroke-width="3"/>']
    out += [f'<circle cx="{x}" cy="{y}" r="5" fill="{paint}"/>' for x in (a, b)]
    if wire.way:
        tip = b - 8 if wire.way > 0 else a + 8
        back = tip - 14 * wire.way
        out.append(f'<polygon points="{tip},{y} {back},{y - 6} {back},{y + 6}" fill="{paint}"/>')
    out.append(_text(a - 12, y + 5, wire.pin, "end"))
    out.append(_text(b + 12, y + 5, wire.far))
    note = "" if wire.what.upper().endswith(wire.note.upper()) else wire.note
    label = " - ".join(filter(None, (wire.what, note)))
    out.append(_text((a + b) / 2, y - 6, label, "middle", 11, f' fill="{paint}"'))
    return out


def draw(board):
    """The picture as SVG."""
    notes = [row for note in board.notes for row in textwrap.wrap(note, 98)]
    top = EDGE + 46
    height = 44 + LINE * len(board.wires) + 6
    width, bottom = 2 * EDGE + 2 * BOX + GAP, top + height
    whole = bottom + 22 + 18 * len(notes) + 6
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{whole}" viewBox="0 0 {width} {whole}" '
           'font-family="DejaVu Sans, Verdana, sans-serif">',
           f'<rect width="{width}" height="{whole}" fill="#ffffff"/>']
    out += [_text(EDGE, EDGE + 12 + 16 * i, row, size=12) for i, row in enumerate(textwrap.wrap(board.title, 104)[:2])]
    out += _box(EDGE, top, height, board.near) + _box(EDGE + BOX + GAP, top, height, board.far)
    for i, wire in enumerate(board.wires):
        out += _wire(wire, top + 62 + LINE * i)
    out += [_text(EDGE, bottom + 26 + 18 * i, row, size=12) for i, row in enumerate(notes)]
    return "\n".join([*out, "</svg>", ""])


def index(boards):
    """The page that shows them all, as Markdown."""
    rows = ["# Wiring", "", "Drawn by `make wiring` from the pin tables in `boards/`."]
    for board in boards:
        file = f"boards/{board.name}.py"
        rows += ["", f"## {board.title}", "", f"[{file}](../../{file})", "", f"![{board.name}]({board.name}.svg)"]
    return "\n".join([*rows, ""])


def outputs():
    """{path: text} of everything that lies in docs/wiring."""
    boards = [read(path) for path in files()]
    return {**{PICTURES / (board.name + ".svg"): draw(board) for board in boards}, PICTURES / "README.md": index(boards)}


def main(arguments):
    stale = [(place, text) for place, text in outputs().items() if not place.exists() or place.read_text() != text]
    if arguments == ["--check"]:
        return bool(stale)
    PICTURES.mkdir(exist_ok=True)
    for picture, text in stale:
        picture.write_text(text)
        print("wrote", picture.relative_to(TOP))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
