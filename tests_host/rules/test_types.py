"""Types and completion: stubs that say what the sources do, programs that mypy must accept or refuse against MicroPython's
stubs, and an editor (jedi) that finds every public name and its words."""

import ast
import pathlib
import re

import jedi
import pytest

from rules import source, stubbed
from tools import stubs

STUBS = sorted(source.LIB.rglob("*.pyi"))
TYPED = pathlib.Path(__file__).parent / "typed"
TYPED_CALLS = sorted([*source.LIB.glob("espat/at_*.py"), *source.LIB.glob("espat/net/at_*.py")])
# The runner (At or AsyncAt), buffers and sinks, functions, and lists of texts of many kinds: their docstrings tell
OPEN = {"at", "data", "sink", "each", "headers", "more", "line"}
EXAMPLES = sorted((source.TOP / "examples").glob("*.py"))
FRONT = ("espat", "espat.modem", "espat.errors", "espat.at", "espat.uart", "espat.spi", "espat.busio_spi", "espat.files",
         "espat.pins", "espat.net.network", "espat.net.socket", "espat.net.sock", "espat.net.ssl", "espat.net.mqtt",
         "espat.net.http", "espat.net.websocket")
# What MicroPython's stubs do not know of MicroPython's own modules (arguments of BLE, verify_mode, status("stations"))
THEIRS = re.compile('of "BLE"|"UUID"|"SSLContext" has no attribute "verify_mode"|umqtt|"int" has no attribute "__iter__"')


# -- stubs and sources


def public(body):
    """{name: node} of what a body defines for others; of several of one name the last."""
    found = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                for name in target.elts if isinstance(target, ast.Tuple) else [target]:
                    if isinstance(name, ast.Name):
                        found[name.id] = node
        elif isinstance(node, ast.AnnAssign):
            found[node.target.id] = node
        elif isinstance(node, (ast.If, ast.Try)):
            found.update(public(node.body))
    return {name: node for name, node in found.items() if name == "__init__" or not name.startswith("_")}


def signature(node):
    """Names, kinds and defaults of the parameters; a default of the stub may be `...`."""
    a = node.args
    fixed = [*a.posonlyargs, *a.args]
    defaults = [None] * (len(fixed) - len(a.defaults)) + list(a.defaults)
    rows = [(arg.arg, default) for arg, default in zip(fixed, defaults)]
    rows += [("*" + a.vararg.arg, None)] if a.vararg else []
    rows += [("=" + arg.arg, default) for arg, default in zip(a.kwonlyargs, a.kw_defaults)]
    rows += [("**" + a.kwarg.arg, None)] if a.kwarg else []
    return rows


def same(said, done):
    """Whether a stub's signature is the source's."""
    if [name for name, _ in said] != [name for name, _ in done]:
        return False
    for (_, one), (_, other) in zip(said, done):
        if (one is None) != (other is None):
            return False
        if one is not None and ast.unparse(one) not in ("...", ast.unparse(other)):
            return False
    return True


def differences(stub, code, where=""):
    """What a stub says and the source does not, or the other way round."""
    said, done = public(stub), public(code)
    for name in sorted(set(done) - set(said)):
        if name != "__init__":
            yield f"{where}{name} is missing in the stub"
    for name, node in said.items():
        other = done.get(name)
        if isinstance(node, ast.FunctionDef):
            if isinstance(other, ast.FunctionDef) and not same(signature(node), signature(other)):
                yield f"{where}{name} has another signature"
            elif other is None and not assigned(code, name):
                yield f"{where}{name} is not in the source"
        elif isinstance(node, ast.ClassDef):
            if isinstance(other, ast.ClassDef):
                yield from differences(node.body, other.body, f"{where}{name}.")
            else:
                yield f"{where}{name} is no class of the source"


def assigned(code, name):
    """Whether methods assign self.<name>, as Uart does with any; or __new__ stands for __init__."""
    wanted = "__new__" if name == "__init__" else name
    return any(isinstance(n, ast.Attribute) and n.attr == wanted or isinstance(n, ast.FunctionDef) and n.name == wanted
               for node in code for n in ast.walk(node))


@pytest.mark.parametrize("path", STUBS, ids=source.ids)
def test_stub_says_what_the_source_does(path):
    code = path.with_suffix(".py")
    assert code.exists(), f"{source.name(path)} has no source"
    assert list(differences(ast.parse(path.read_text()).body, source.tree(code).body)) == []


def test_the_comparison_bites():
    code = ast.parse("class A:\n    def f(self, a, b=1, *, c=2): pass\n    def g(self): pass\ndef h(x): pass\nX = 1\n").body
    good = ("class A:\n    def f(self, a: int, b: int = 1, *, c: int = ...): ...\n    def g(self): ...\n"
            "def h(x: int): ...\nX: int\n")
    assert list(differences(ast.parse(good).body, code)) == []
    for old, new in (("b: int = 1", "b: int"), ("b: int = 1", "b: int = 2"), ("*, c", "c"), ("a: int", "z: int"),
                     ("    def g(self): ...\n", ""), ("def h(x: int)", "def i(x: int)"), ("X: int\n", "")):
        assert list(differences(ast.parse(good.replace(old, new)).body, code)), new


def test_what_people_touch_has_a_stub():
    for name in FRONT:
        place = source.LIB.joinpath(*name.split("."))
        assert place.with_suffix(".pyi") in STUBS or place / "__init__.pyi" in STUBS, name


# -- mypy


@pytest.fixture(scope="module")
def complaints(tmp_path_factory):
    """What mypy says of the stubs, the two programs and the examples, in one run."""
    try:
        place = stubs.folder("rp2")
    except stubs.Unavailable as e:
        pytest.skip(str(e))
    made = tmp_path_factory.mktemp("typed")
    (made / "espat_board.py").write_text((source.TOP / "boards/pico_esp.py").read_text())
    files = [TYPED / "good.py", TYPED / "bad.py", *EXAMPLES, *STUBS, *TYPED_CALLS]
    return stubbed.complaints(files, f"{place}:{made}", typeshed=place, cache=made / "cache", options=["--scripts-are-modules"])


def of(complaints, path):
    return [line for line in complaints if line.startswith(str(path) + ":")]


def test_stubs_are_sound(complaints):
    assert [line for path in STUBS for line in of(complaints, path)] == []


def test_typed_calls_are_sound(complaints):
    assert [line for path in TYPED_CALLS for line in of(complaints, path)] == []


@pytest.mark.parametrize("path", TYPED_CALLS, ids=source.ids)
def test_typed_calls_say_their_types(path):
    functions = [node for node in public(source.tree(path).body).values() if isinstance(node, ast.FunctionDef)]
    if path.name == "at_tcp.py":  # whose start() has everything a place earlier where links have no number
        functions = [node for node in functions if node.name != "start"]
    untold = [f"{node.name}({arg.arg})" for node in functions
              for arg in (*node.args.args, *node.args.kwonlyargs, *filter(None, [node.args.vararg]))
              if arg.annotation is None and arg.arg not in OPEN]
    assert functions and untold == []


def test_a_program_that_is_right(complaints):
    assert of(complaints, TYPED / "good.py") == []


def test_a_program_that_is_wrong(complaints):
    """Every mistake is found where it is, and nothing else."""
    path = TYPED / "bad.py"
    wanted = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        mark = re.search(r"  # ([a-z -]+)$", line)
        if mark:
            wanted[number] = set(mark.group(1).split())
    found = {}
    for line in of(complaints, path):
        number, code = re.search(r":(\d+): error: .*\[([a-z-]+)\]$", line).groups()
        found.setdefault(int(number), set()).add(code)
    assert found == wanted, "\n".join(of(complaints, path))


def test_examples_use_what_there_is(complaints):
    wrong = [line for path in EXAMPLES for line in of(complaints, path)
             if re.search(r"\[(attr-defined|call-arg|call-overload|arg-type|name-defined|import-not-found)\]", line)
             and not THEIRS.search(line)]
    assert wrong == []


# -- an editor


@pytest.fixture(scope="module")
def project():
    return jedi.Project(str(source.TOP), sys_path=[str(source.LIB), str(source.TOP / "tests_host/unit/shims/cpython")],
                        smart_sys_path=False, load_unsafe_extensions=False)


def silent(script, own):
    """Public functions, classes and their methods of its own for which the editor has no words."""
    for name in script.get_names():
        if name.name not in own or name.type not in ("function", "class"):
            continue
        if not words(name):
            yield name.name
        if name.type == "class":
            yield from (f"{name.name}.{m.name}" for m in name.defined_names()
                        if m.type == "function" and not m.name.startswith("_") and not words(m) and not setter(m))


def setter(name):
    return ".setter" in (name.get_line_code(before=1) or "")


def words(name):
    return name.docstring(raw=True)


@pytest.mark.parametrize("path", source.lib_files(), ids=source.ids)
def test_the_editor_has_words_for_every_public_name(path, project):
    assert list(silent(jedi.Script(path=path, project=project), public(source.tree(path).body))) == []


@pytest.mark.parametrize("name", FRONT)
def test_completion(name, project):
    """After "module." the editor offers every public name of the source, with its words and parameters, through the stub."""
    place = source.LIB.joinpath(*name.split("."))
    path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    code = f"import {name}\n{name}."
    offered = {c.name: c for c in jedi.Script(code, path=source.TOP / "program.py", project=project).complete(2, len(name) + 1)}
    for wanted, node in public(source.tree(path).body).items():
        assert wanted in offered, f"{name}.{wanted} is not offered"
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            assert words(offered[wanted]), f"no words on {name}.{wanted}"


def test_completion_of_an_object(project):
    """What a Modem, and what it gives, offers."""
    for line, wanted in (("espat.Modem(None)", "command install socket wlan baud run keep has step firmware chip on"),
                         ("espat.Modem(None).wlan()", "connect scan isconnected ifconfig"),
                         ("espat.Modem(None).socket()", "connect recv send makefile settimeout readline")):
        code = f"import espat\nx = {line}\nx."
        offered = {c.name: c for c in jedi.Script(code, path=source.TOP / "program.py", project=project).complete(3, 2)}
        for name in wanted.split():
            assert name in offered, f"{line}.{name} is not offered"
            if offered[name].type == "function":
                assert words(offered[name]), f"no words on {line}.{name}"
