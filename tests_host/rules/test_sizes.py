"""Files short enough to be imported from source on a small board, functions short enough to be read at once."""

import statistics

import pytest

from rules import source

FILE_LINES = 250
FUNCTION_LINES = 40
MEDIAN_LINES = 8


@pytest.mark.parametrize("path", source.lib_files(), ids=source.ids)
def test_file(path):
    count = len(path.read_text().splitlines())
    assert count <= FILE_LINES, f"{source.name(path)} has {count} lines"


@pytest.mark.parametrize("path", source.lib_files(), ids=source.ids)
def test_functions(path):
    long = [f"{f.name} (line {f.lineno}): {source.lines(f)} lines" for f in source.functions(source.tree(path))
            if source.lines(f) > FUNCTION_LINES]
    assert not long, f"{source.name(path)}: {long}"


# Classes whose attributes are stored to on every receive or send, with all that inherits from them
HOT = {"modem.py", "at.py", "step.py", "resync.py", "engine.py", "reports.py", "parser.py", "ring.py",
       "net/links.py", "net/traffic.py", "net/survey.py", "net/link.py", "net/sock.py", "net/reading.py"}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOT))
def test_no_property_on_the_hot_paths(name):
    """With one in its class, MicroPython searches the class and its bases at every store to an attribute."""
    tree = source.tree(source.LIB / "espat" / name)
    found = [f.name for f in source.functions(tree) if f.decorator_list]
    assert not found, f"{name}: {found}"


def test_median():
    counts = [source.lines(f) for path in source.lib_files() for f in source.functions(source.tree(path))]
    if counts:
        assert statistics.median(counts) <= MEDIAN_LINES
