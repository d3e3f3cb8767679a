"""The examples' board on the host: MicroPython, lib/, and boards/unix.py in the place of espat_board.py."""

import pathlib
import shutil

from mp import host
from mp.services import Failure


class Unix:
    """Runs programs as a board would.

    folder: where espat_board.py is put. settings: what espat_board.setting() answers, by upper-case name; PORT is the
    address of the module's serial line. lib: where espat lies. interpreter: mp64, mp32 or cpython. runner: a program that
    runs those it is given, and where it finds its modules.
    """

    def __init__(self, folder, settings, lib=host.LIB, interpreter="mp64", runner=()):
        self.folder = pathlib.Path(folder)
        self.lib = lib
        self.interpreter = interpreter
        self.runner, self.places = runner[:1], runner[1:]
        self.extra = {"ESPAT_" + name: value for name, value in settings.items()}
        shutil.copy(host.TOP / "boards/unix.py", self.folder / "espat_board.py")

    def run(self, name, seconds=60):
        """The lines that examples/NAME.py printed; Failure unless it ended well and its last line begins with "ok:"."""
        done = host.run(self.interpreter, *self.runner, host.TOP / "examples" / (name + ".py"),
                        paths=[self.lib, self.folder, *self.places], extra=self.extra, timeout=seconds)
        lines = done.output.rstrip().splitlines() or [""]
        if done.timed_out:
            how = "did not end within %d seconds" % seconds
        elif done.returncode or not lines[-1].startswith("ok:"):
            how = "ended with exit code %d, saying: %s" % (done.returncode, lines[-1])
        else:
            return lines
        print(done.output)
        raise Failure("examples/%s.py %s" % (name, how))
