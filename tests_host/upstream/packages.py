"""MicroPython's packages from the package index: plain archives of modules, which pip fetches and then refuses to install.

Kept in the cache folder; with --no-clean pip leaves what it has unpacked.
"""

import contextlib
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from tools import interpreters

_SECONDS = 120


class Missing(Exception):
    """A package cannot be had here; the text is one sentence."""


def fetch(requirement):
    """The folder with the modules of "name==version", pinned."""
    folder = pathlib.Path(interpreters.cache_folder(), "packages", requirement.replace("==", "-"))
    if not folder.exists():
        with _alone(folder.parent):
            if not folder.exists():
                _fetch(requirement, folder)
    return folder


@contextlib.contextmanager
def _alone(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(requirement, folder):
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-clean", "--no-deps", "--no-build-isolation",
                   "--no-binary", ":all:", "-d", work, requirement]
        try:
            done = subprocess.run(command, env=dict(os.environ, TMPDIR=work), stdin=subprocess.DEVNULL, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Missing("pip cannot fetch %s: %s" % (requirement, error)) from None
        files = pathlib.Path(work).glob("pip-download-*/*/**/*.py")
        found = [path for path in files if path.is_file() and path.name != "setup.py"]
        if not found:
            said = done.stdout.strip().splitlines() or ["it said nothing"]
            raise Missing("pip cannot fetch %s: %s" % (requirement, said[-1]))
        made = pathlib.Path(work, "made")
        for path in found:
            place = made.joinpath(*path.relative_to(work).parts[2:])
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
        made.rename(folder)
