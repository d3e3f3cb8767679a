"""Board code that three interpreters understand and a board can afford."""

import ast

import pytest

from rules import mpy, source

ANNOTATIONS = {"int", "bytes", "str", "bool", "float", "bytearray", "memoryview", "tuple", "list", "dict", "object", "callable"}
# Files on the receive and send path, where a formatted string would be made per byte, line or command
NO_F_STRINGS = {"ring", "parser", "engine", "uart", "spi", "tap", "at", "aio", "args", "links", "conns", "sock"}


@pytest.fixture(params=source.lib_files(), ids=source.ids)
def path(request):
    return request.param


def _where(path, node):
    return f"{source.name(path)}:{node.lineno}"


def test_is_python_3_8(path):
    source.tree(path, feature_version=(3, 8))


def test_micropython_compiles_it(path, tmp_path):
    mpy.compile(path, tmp_path / "out.mpy")


def test_statements(path):
    for node in ast.walk(source.tree(path)):
        where = _where(path, node) if hasattr(node, "lineno") else ""
        assert not isinstance(node, ast.Assert), f"{where}: assert; bad data is an AtError, a bad call a ValueError"
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None), f"{where}: bare except"
        assert not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"), f"{where}: print"
        assert not (isinstance(node, ast.Name) and node.id in ("eval", "exec")), f"{where}: {getattr(node, 'id', '')}"


def test_f_strings(path):
    if path.stem in NO_F_STRINGS:
        found = [_where(path, n) for n in ast.walk(source.tree(path)) if isinstance(n, ast.JoinedStr)]
        assert not found, f"f-strings on the receive or send path: {found}"


def test_annotations(path):
    for node in ast.walk(source.tree(path)):
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            good = annotation is None or isinstance(annotation, ast.Constant) or getattr(annotation, "id", "") in ANNOTATIONS
            assert good, f"{_where(path, annotation)}: annotate with a builtin name or a quoted string"


def test_docstrings(path):
    """Module, public classes and public functions say what they are for; a property's setter needs no words of its own."""
    root = source.tree(path)
    if path.name == "__init__.py" and not root.body:
        return
    bare = [] if source.docstring(root) else ["the module"]
    for owner in [root, *(n for n in root.body if isinstance(n, ast.ClassDef))]:
        for node in owner.body:
            named = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            if named and not node.name.startswith("_") and not source.docstring(node) and not _is_setter(node):
                bare.append(f"{node.name} (line {node.lineno})")
    assert not bare, f"{source.name(path)}: no docstring on {bare}"


def _is_setter(node):
    return any(getattr(decorator, "attr", "") == "setter" for decorator in node.decorator_list)


def test_nothing_unclean_in_text(path):
    text = path.read_text()
    assert text.isascii() or all(ord(c) < 0x2500 for c in text), f"{source.name(path)}: odd characters"
    assert "\t" not in text, f"{source.name(path)}: tab"
