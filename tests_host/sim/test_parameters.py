"""No command takes more parameters than it has: read in espsim's source, for every one that has any."""
import ast
import pathlib

import pytest

SIM = pathlib.Path(__file__).parents[1] / "espsim"
FUNCTIONS = ast.FunctionDef, ast.AsyncFunctionDef
TREES = {path.name: ast.parse(path.read_text()) for path in sorted(SIM.glob("cmd_*.py"))}


def functions(tree):
    """{name: function} of those that are given the parameters."""
    return {node.name: node for node in ast.walk(tree)
            if isinstance(node, FUNCTIONS) and "args" in [a.arg for a in node.args.args]}


HELPERS = {name: node for tree in TREES.values() for name, node in functions(tree).items() if name not in ("set", "query")}


def on_args(node, *names):
    return (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
            and isinstance(node.func.value, ast.Name) and node.func.value.id == "args")


def refuses(statement, known):
    """It has args.end(), or gives the parameters to functions that all look to the end of them."""
    for node in ast.walk(statement):
        if on_args(node, "end"):
            return True
        if isinstance(node, ast.Call) and any(isinstance(one, ast.Name) and one.id == "args" for one in node.args):
            chosen = node.func.value.elts if isinstance(node.func, ast.Subscript) else [node.func]
            names = [getattr(one, "attr", getattr(one, "id", None)) for one in chosen]
            found = [known.get(name) or HELPERS.get(name) for name in names]
            if all(one is not None and looks_for_more(one.body, known) for one in found):
                return True
    return False


def looks_for_more(statements, known):
    """Whether every way through these statements refuses what is left, or all. known: {name: function} of their own file."""
    for at, one in enumerate(statements):
        if isinstance(one, ast.Return):
            return refuses(one, known)
        if isinstance(one, ast.Raise):
            return True
        if isinstance(one, ast.If):
            if on_args(one.test, "left") and isinstance(one.body[0], ast.Raise):
                return True
            rest = statements[at + 1 :]
            left = any(on_args(node, "left") for node in ast.walk(one.test))  # it knows how many there are
            return ((left or looks_for_more(one.body + rest, known)) and looks_for_more(one.orelse + rest, known)
                    or refuses(one.test, known))
        if refuses(one, known):
            return True
    return False


def commands():
    for file, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                for one in node.body:
                    if isinstance(one, FUNCTIONS) and one.name == "set":
                        yield pytest.param(file, one, id=f"{file[4:-3]}-{node.name}")


@pytest.mark.parametrize(("file", "function"), commands())
def test_what_is_left_is_refused(file, function):
    assert looks_for_more(function.body, functions(TREES[file]))
