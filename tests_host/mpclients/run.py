"""Runs the programs of programs/ in a World: every test_*() of a file in one process per interpreter.

Much as net/players.py does; a file may set the same names, and COPIES: packages that the board has ("name", or
"name==version" of one that only MicroPython can use); LIBRARY, VERSION and SCENARIOS ({test: words}): what its rows in
docs/compatibility.md say.
"""

import importlib.util
import pathlib
import shutil
import tempfile

import pytest

from eco.report import compat
from mp import host, programs
from mpclients.pki import Pki
from mpclients.world import World
from net import players
from upstream import packages as fetched

PROGRAMS = pathlib.Path(__file__).parent / "programs"
MICROPYTHON = ("mp64", "mp32")
SETTINGS = {"TIMEOUT": 60, "HEAP": "4M", "ONLY": MICROPYTHON, "PROFILE": "esp32-3.4", "SIM": {}, "COPIES": (),
            "LIBRARY": "socket", "VERSION": "MicroPython's calls", "SCENARIOS": {}}


def parameters(*names):
    """(program, interpreter, test) of these programs, for pytest."""
    for name in names:
        yield from programs.parameters(PROGRAMS / (name + ".py"), name, SETTINGS, lambda *which: [row(*which)])


def row(test, found):
    """The test's row in docs/compatibility.md."""
    scenario = found["SCENARIOS"].get(test) or test[len("test_"):].replace("_", " ")
    return compat(found["LIBRARY"], scenario, version=found["VERSION"])


def copies(folder, packages):
    """Put packages from the package index where a board would have them; "name==version" is one for MicroPython only."""
    for name in packages:
        if "==" in name:
            _copy_modules(folder, name)
            continue
        origin = importlib.util.find_spec(name)
        if origin is None:
            pytest.skip(f"the package {name} is not installed")
        shutil.copytree(pathlib.Path(origin.origin).parent, pathlib.Path(folder, name))


def _copy_modules(folder, requirement):
    try:
        origin = fetched.fetch(requirement)
    except fetched.Missing as error:
        pytest.skip(str(error))
    shutil.copytree(origin, folder, dirs_exist_ok=True)


def play(name, interpreter, tests, lib=host.LIB):
    """{test: (verdict, text)} from one process. lib: where the library is."""
    found = programs.settings(PROGRAMS / (name + ".py"), SETTINGS)[1]
    with tempfile.TemporaryDirectory() as folder, World(Pki(folder), found["PROFILE"], **found["SIM"]) as world:
        shutil.copy(host.TOP / "boards/unix.py", pathlib.Path(folder, "espat_board.py"))
        copies(folder, found["COPIES"])
        done = host.run(interpreter, host.INSIDE / "runner.py", PROGRAMS / (name + ".py"), *tests,
                        paths=(lib, host.INSIDE, folder, players.PROGRAMS, PROGRAMS), heap=found["HEAP"],
                        timeout=found["TIMEOUT"], extra={**world.variables, "ESPAT_FOLDER": folder})
        return players.whole(world, programs.read(done, tests))


perform = programs.Played(play).perform
