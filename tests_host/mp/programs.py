"""Files of tests that run inside an interpreter: one process per file and interpreter, one pytest item per test_*().

Such a file is plain Python for CPython and MicroPython. What it sets at its top as literals (HEAP, TIMEOUT, ONLY ...) is
read here without running it; mp/inside/runner.py runs it and prints a verdict for each test.
"""

import ast

import pytest

from mp import host

SIGN = "\x1e"


def settings(path, defaults):
    """The names of a file's tests, and its settings: those of `defaults` that it does not set."""
    body = ast.parse(path.read_text(), str(path)).body
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    tests = [node.name for node in body if isinstance(node, functions) and node.name.startswith("test_")]
    found = dict(defaults)
    for node in body:
        if isinstance(node, ast.Assign) and node.targets[0].__class__ is ast.Name and node.targets[0].id in defaults:
            found[node.targets[0].id] = ast.literal_eval(node.value)
    return tests, found


def parameters(path, name, defaults, marks=lambda test, found: ()):
    """(name, interpreter, test) of a file's tests, for pytest. marks: function(test, settings) -> more marks."""
    tests, found = settings(path, defaults)
    for interpreter in found["ONLY"]:
        for test in tests:
            yield pytest.param(name, interpreter, test, id=f"{name}-{interpreter}-{test}",
                               marks=[pytest.mark.timeout(found["TIMEOUT"] + 60), *marks(test, found)])


def chosen(request, name, interpreter, variant=None):
    """The tests of this program, interpreter and variant that pytest was asked to run from the file at hand."""
    found = []
    for item in request.session.items:
        values = item.path == request.node.path and getattr(item, "callspec", None) and item.callspec.params
        if values and (values.get("name"), values.get("interpreter"), values.get("variant")) == (name, interpreter, variant):
            found.append(values["test"])
    return found


def read(done, tests):
    """{test: (verdict, text)} out of what the runner printed."""
    verdicts, text, current = {}, [], None
    for line in done.output.split("\n"):
        printed, sign, message = line.partition(SIGN)
        if printed:
            text.append(printed)
        if not sign:
            continue
        verdict, current, *reason = message.split(" ", 2)
        if verdict == "start":
            text = []
        else:
            verdicts[current] = verdict, "\n".join(reason or text)
            current = None
    end = "ran out of time" if done.timed_out else f"ended with exit code {done.returncode}"
    for test in tests:
        where = "in this test" if test == current else "before this test"
        verdicts.setdefault(test, ("fail", "\n".join([*text, f"the interpreter {end} {where}"])))
        text = text if current else ["as said above"]
    return verdicts


def judge(verdict, interpreter):
    """Let pytest have the verdict of one test."""
    kind, text = verdict
    if kind == "skip":
        pytest.skip(text)
    if kind != "pass":
        pytest.fail(f"on {interpreter}:\n{text}", pytrace=False)


class Played:
    """Remembers what each file gave, so that the first test of a file runs them all.

    play: function(name, interpreter, tests, **options) -> {test: (verdict, text)}.
    """

    def __init__(self, play):
        self._play = play
        self._verdicts = {}

    def perform(self, request, name, interpreter, test, variant=None, **options):
        """One test as a pytest item."""
        reason = host.why_missing(interpreter)
        if reason:
            pytest.skip(reason)
        key = request.node.path, name, interpreter, variant
        if key not in self._verdicts:
            self._verdicts[key] = self._play(name, interpreter, chosen(request, *key[1:]), **options)
        judge(self._verdicts[key][test], interpreter)
