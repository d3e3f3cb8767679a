"""Runs programs on CPython and both MicroPython builds from the host; what tests, the ledger and the demo share."""

import collections
import functools
import os
import pathlib
import subprocess
import sys

from tools import interpreters

TOP = pathlib.Path(__file__).resolve().parents[2]
LIB = TOP / "lib"
INSIDE = TOP / "tests_host/mp/inside"
CPYTHON_SHIMS = TOP / "tests_host/unit/shims/cpython"
INTERPRETERS = ("cpython", "mp64", "mp32")

Result = collections.namedtuple("Result", "output returncode timed_out")


@functools.lru_cache(maxsize=None)
def executable(name):
    """Path of the interpreter; raises interpreters.Unavailable with the reason when this machine has none."""
    return sys.executable if name == "cpython" else interpreters.find(int(name[2:]))


def why_missing(name):
    """None when the interpreter is here, else one sentence that says why not."""
    try:
        executable(name)
    except interpreters.Unavailable as e:
        return str(e)
    return None


@functools.lru_cache(maxsize=None)
def why_no_rom(name):
    """None when this MicroPython can run the library from a ROMFS image (see run()), else one sentence that says why not."""
    if why_missing(name):
        return why_missing(name)
    done = run(name, "-c", "import ffi, uctypes, vfs; vfs.VfsRom", paths=())
    return "this MicroPython has no vfs.VfsRom (1.25 and newer have it), or no ffi" if done.returncode else None


def environment(name, paths, extra=None):
    """The variables under which the interpreter finds its modules in `paths`, in that order, before its own."""
    variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "MICROPYPATH", "PYTHONHOME")}
    places = [str(p) for p in paths]
    if name == "cpython":
        variables["PYTHONPATH"] = ":".join([*places, str(CPYTHON_SHIMS)])
        variables["PYTHONDONTWRITEBYTECODE"] = "1"
    else:
        variables["MICROPYPATH"] = ":".join([*places, ".frozen"])
    return {**variables, **(extra or {})}


def command(name, *arguments, heap=None):
    """The argument vector; heap: MicroPython's heap, such as "200k"."""
    options = ["-X", "heapsize=" + heap] if heap and name != "cpython" else []
    return [executable(name), *options, *(str(a) for a in arguments)]


def run(name, *arguments, paths=(LIB,), extra=None, heap=None, timeout=60, cwd=TOP):
    """Run the interpreter to its end: Result(what it wrote on stdout and stderr, exit code, whether time ran out).

    One of the paths may be a ROMFS image (.romfs), for MicroPython: it is mounted, and searched before the others.
    """
    images = [path for path in paths if str(path).endswith(".romfs")]
    if images:
        arguments = [INSIDE / "rom.py", *images, *arguments]
        paths = [path for path in paths if path not in images]
    process = subprocess.Popen(command(name, *arguments, heap=heap), env=environment(name, paths, extra), cwd=cwd,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    late = False
    try:
        output, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        late = True
        process.kill()
        output, _ = process.communicate()
    return Result(output.decode(errors="backslashreplace"), process.returncode, late)
