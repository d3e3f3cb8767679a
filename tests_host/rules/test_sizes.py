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


def test_median():
    counts = [source.lines(f) for path in source.lib_files() for f in source.functions(source.tree(path))]
    if counts:
        assert statistics.median(counts) <= MEDIAN_LINES
