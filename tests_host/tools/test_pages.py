"""docs/groups is what the docstrings say now, leaves no group out and shows examples that are run."""

import re

from tools import pages


def test_up_to_date():
    assert pages.stale() == [], "run `make docs`"


def test_every_group_has_its_page():
    """Each at_*.py stands on one page."""
    there = [name for _, _, calls, _ in pages.GROUPS.values() for name in calls]
    folders = (pages.LIB, pages.LIB / "net", pages.LIB / "ble")
    wanted = {str(path.relative_to(pages.LIB).with_suffix("")) for folder in folders for path in folder.glob("at_*.py")}
    assert set(there) == wanted and len(there) == len(wanted), wanted ^ set(there)


def test_pages_say_what_is_needed():
    for group in pages.GROUPS:
        text = pages.page(group)
        assert re.search(r"In Espressif's guide: 3\.\d+", text), group
        assert "print(\"ok: " in text, group


def test_recipes_are_examples_that_are_run():
    run = (pages.TOP / "tests_host/net/test_examples.py").read_text() + "".join(
        path.read_text() for path in (pages.TOP / "tests_host").glob("*/test_*example*.py"))
    assert len(pages.RECIPES) >= 10
    for _, _, name in pages.RECIPES:
        assert name in run, f"{name} is run by no test"


def test_the_examples_of_groups_are_run():
    run = (pages.TOP / "tests_host/net/test_examples.py").read_text() + "".join(
        path.read_text() for path in (pages.TOP / "tests_host").glob("*/test_*example*.py"))
    for title, _, _, examples in pages.GROUPS.values():
        assert examples and not [name for name in examples if name not in run], f"{title}: {examples}"


def test_firmware_table_tells_lines_apart():
    rows = {row.split("|")[1].strip(): row for row in pages.firmware().splitlines() if row.startswith("| AT+")}
    assert len(rows) > 200
    assert rows["AT+CWJAP_CUR"].count("yes") == 1, "NonOS only"
    assert rows["AT+CWJAP"].count("yes") == rows["AT+CWJAP"].count("|") - 2


def test_a_change_is_noticed(monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "page", lambda group: "else")
    assert len(pages.stale()) == len(pages.GROUPS)
