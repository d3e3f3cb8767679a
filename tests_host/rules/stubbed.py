"""mypy with the stubs of a board's own modules: what it says about files of ours."""

import os
import pathlib
import subprocess
import sys

from rules import source
from tools import stubs

QUIET = "--show-absolute-path", "--no-error-summary", "--hide-error-context", "--no-pretty", "--disable-error-code=var-annotated"


def circuitpython(folder, board):
    """A search path for CircuitPython with one board's pins, made in `folder`: the package names carry -stubs."""
    place = stubs.folder("circuitpython")
    for path in place.glob("*-stubs"):
        if path.name != "board-stubs":
            (folder / path.name[: -len("-stubs")]).symlink_to(path)
    (folder / "board").symlink_to(place / "board_definitions" / board)
    return folder


def complaints(files, path, typeshed=None, cache=None, options=()):
    """mypy's lines about these files; path: where it looks for modules beside lib/."""
    command = [sys.executable, "-m", "mypy", *QUIET, "--follow-imports=silent", "--check-untyped-defs", *options]
    command += ["--cache-dir", str(cache or os.devnull)]
    if typeshed:
        command += ["--custom-typeshed-dir", str(typeshed)]
    done = subprocess.run([*command, *map(str, files)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, "MYPYPATH": f"{path}:{source.LIB}"}, cwd=source.TOP, timeout=110)
    assert done.returncode in (0, 1), done.stdout
    ours = {str(pathlib.Path(file)) for file in files}
    return [line for line in done.stdout.splitlines() if line.partition(":")[0] in ours and ": error:" in line]
