"""Runs the programs of high/programs/ on the high stage; how they are written and judged: see net/players.py."""

import pathlib
import shutil
import tempfile

from high.stage import Stage
from mp import host, programs
from net import players

PROGRAMS = pathlib.Path(__file__).parent / "programs"


def settings(name):
    """The names of a program's tests, and its settings."""
    return programs.settings(PROGRAMS / (name + ".py"), players.SETTINGS)


def parameters(*names):
    """(program, interpreter, test) of these programs, for pytest."""
    for name in names:
        yield from programs.parameters(PROGRAMS / (name + ".py"), name, players.SETTINGS)


def play(name, interpreter, tests, board="unix.py", **options):
    """{test: (verdict, text)} from one process. board: the file of boards/ that is the program's; options: of the module."""
    found = settings(name)[1]
    with tempfile.TemporaryDirectory() as folder, Stage(found["PROFILE"], **{**found["SIM"], **options}) as stage:
        shutil.copy(host.TOP / "boards" / board, pathlib.Path(folder, "espat_board.py"))
        shutil.copy(host.TOP / "boards/unix.py", folder)  # the other one needs it too
        done = host.run(interpreter, host.INSIDE / "runner.py", PROGRAMS / (name + ".py"), *tests,
                        paths=(host.LIB, host.INSIDE, folder, PROGRAMS, players.PROGRAMS), heap=found["HEAP"],
                        timeout=found["TIMEOUT"], extra=stage.variables)
        return players.whole(stage, programs.read(done, tests))


perform = programs.Played(play).perform
