"""The project's files as the rules look at them."""

import ast
import os
import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
LIB = TOP / "lib"


def lib_files():
    """Every Python file of the library, sorted."""
    return sorted(LIB.rglob("*.py"))


def name(path):
    """A file's name for messages, seen from the top of the repository."""
    return os.path.relpath(path, TOP)


def ids(path):
    """pytest's id of a parameter that is a file."""
    return name(path) if isinstance(path, pathlib.Path) else None


def module(path):
    """The dotted module name of a library file (espat.net for lib/espat/net/__init__.py)."""
    parts = path.relative_to(LIB).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tree(path, **options):
    return ast.parse(path.read_text(), str(path), **options)


def functions(root):
    """Every function and method below the node, nested ones too."""
    return [n for n in ast.walk(root) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]


def docstring(node):
    """The expression statement that is the docstring of a module, class or function, or None."""
    first = node.body[0] if node.body else None
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return first if is_text else None


def lines(node):
    """How many lines a function takes, without decorators and docstring."""
    text = docstring(node)
    return node.end_lineno - node.lineno + 1 - (text.end_lineno - text.lineno + 1 if text else 0)


def docstrings(root):
    """The constant nodes that are docstrings, anywhere below root."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [docstring(n) for n in ast.walk(root) if isinstance(n, owners)]
    return {expression.value for expression in found if expression}


def imports(root, package):
    """(module, line) of every import below root, in functions too; `package`: dotted name that relative ones start from."""
    for node in ast.walk(root):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _from(node, package)
        elif _is_dynamic(node):
            yield str(node.args[0].value), node.lineno


def _is_dynamic(node):
    """Whether the node is __import__("name"), importlib.import_module("name"), or spare.once("name", ...)."""
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
        return False
    return getattr(node.func, "id", getattr(node.func, "attr", "")) in ("__import__", "import_module", "once")


def _from(node, package):
    base = node.module or ""
    if node.level:
        parts = package.split(".")
        base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
    for alias in node.names:
        inner = base + "." + alias.name
        yield (inner if is_lib_module(inner) else base), node.lineno


def is_lib_module(dotted):
    path = LIB.joinpath(*dotted.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def tracked_files():
    """Every file that is, or would be, in the repository."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=TOP, check=True,
                            stdout=subprocess.PIPE).stdout.decode()
    return [TOP / n for n in listed.split("\0") if n and (TOP / n).is_file()]
