"""Runs the programs of programs/ on a stage (see mp/programs.py).

A file may set PROFILE (of the simulated module), SIM (further options of it), HEAP and TIMEOUT (seconds for the whole
file), and ONLY (interpreters).
"""

import pathlib
import shutil
import tempfile

from mp import host, programs
from mp.programs import judge, read  # noqa: F401  for the other stages
from net.stage import Stage

PROGRAMS = pathlib.Path(__file__).parent / "programs"
SETTINGS = {"TIMEOUT": 60, "HEAP": "2M", "ONLY": host.INTERPRETERS, "PROFILE": "esp32-3.4", "SIM": {}}


def settings(name):
    """The names of a program's tests, and its settings."""
    return programs.settings(PROGRAMS / (name + ".py"), SETTINGS)


def parameters(*names):
    """(program, interpreter, test) of these programs, for pytest."""
    for name in names:
        yield from programs.parameters(PROGRAMS / (name + ".py"), name, SETTINGS)


def play(name, interpreter, tests, profile=None, extra=None, before=None, lib=host.LIB, **options):
    """{test: (verdict, text)} from one process. profile, options: instead of the file's own. extra: environment variables.
    before: called with the stage first. lib: where the library is."""
    found = settings(name)[1]
    profile = profile or found["PROFILE"]
    board = host.TOP / "boards"
    with tempfile.TemporaryDirectory() as folder, Stage(profile, **{**found["SIM"], **options}) as stage:
        if before:
            before(stage)
        shutil.copy(board / ("unix_spi.py" if options.get("spi") else "unix.py"), pathlib.Path(folder, "espat_board.py"))
        shutil.copy(board / "unix.py", folder)  # the other one needs it too
        done = host.run(interpreter, host.INSIDE / "runner.py", PROGRAMS / (name + ".py"), *tests,
                        paths=(lib, host.INSIDE, folder, PROGRAMS), heap=found["HEAP"], timeout=found["TIMEOUT"],
                        extra={**stage.variables, **(extra or {})})
        return whole(stage, read(done, tests))


def whole(stage, verdicts):
    """The verdicts, unless the simulated module broke meanwhile: then nothing counts."""
    broken = stage.sim.module.failures
    return dict.fromkeys(verdicts, ("fail", "the simulated module broke:\n" + broken[0])) if broken else verdicts


perform = programs.Played(play).perform
