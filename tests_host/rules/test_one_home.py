"""Where is AT+CIPSTART spoken? In one at_*.py of lib/, and nowhere else."""

import ast
import collections
import re

import pytest

from rules import source

# A command as it is put on the wire: `+NAME`, alone or with `=`, `?` behind it. `+NAME:` and `+NAME,` begin answers and
# reports, which whoever waits for them may name.
COMMAND = re.compile(r"^(?:AT)?(\+[A-Z][A-Z0-9_]+)(?:[=?].*)?(?:\r\n)?$", re.S)
MOST_PER_FILE = 16
# Names commands, but never speaks one: what the numbers behind their errors mean
NAMES_ONLY = {"meanings.py", "codenames.py"}


def commands(root):
    """(name, line) of every command text below root.

    Docstrings, questions to has(), and reports given to on() and off() do not count.
    """
    passed_over = source.docstrings(root)
    for node in ast.walk(root):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("has", "on", "off"):
            passed_over.update(node.args)
    for node in ast.walk(root):
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)) and node not in passed_over:
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            found = COMMAND.match(text)
            if found:
                yield found.group(1), node.lineno


def _is_group(path):
    return path.name.startswith("at_")


@pytest.mark.parametrize("path", [p for p in source.lib_files() if not _is_group(p) and p.name not in NAMES_ONLY], ids=source.ids)
def test_only_command_groups_speak_commands(path):
    found = [f"{source.name(path)}:{line} {name}" for name, line in commands(source.tree(path))]
    assert not found, f"command text outside an at_*.py: {found}"


def test_each_command_has_one_home():
    homes = collections.defaultdict(set)
    for path in filter(_is_group, source.lib_files()):
        for name, _ in commands(source.tree(path)):
            homes[name].add(source.name(path))
    twice = {name: sorted(files) for name, files in homes.items() if len(files) > 1}
    assert not twice, f"commands spoken in more than one file: {twice}"


@pytest.mark.parametrize("path", [p for p in source.lib_files() if _is_group(p)], ids=source.ids)
def test_groups_stay_small(path):
    names = sorted({name for name, _ in commands(source.tree(path))})
    assert names, f"{source.name(path)} speaks no command; its name promises some"
    assert len(names) <= MOST_PER_FILE, f"{source.name(path)} speaks {len(names)} commands: {names}"


def test_the_rule_bites():
    text = '''
"""+DOC"""
def f(at):
    """AT+DOC=1"""
    at.has("+ASKED"), b"+ANSWER:", "+REPORT,", b"+++", "AT"
    at.run(b"+PLAIN"), at.run("AT+QUERY?"), at.run(f"+SET={at}")
'''
    assert sorted(name for name, _ in commands(ast.parse(text))) == ["+PLAIN", "+QUERY", "+SET"]
