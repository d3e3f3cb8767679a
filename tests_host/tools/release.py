#!/usr/bin/env python3
"""Builds the release archives into dist/: `make release`. Two runs of the same tree give the same bytes.

espat-VERSION-mpy.zip   lib/espat compiled for MicroPython, boards/, examples/, README
espat-VERSION-py.zip    the same from source: MicroPython, and CircuitPython's lib/ folder
espat-py-VERSION.zip    a bundle as circup fetches it from a release: everything below one folder, with requirements/
espat*.romfs            ROMFS images, see romfs.py
"""

import pathlib
import re
import sys
import tempfile
import zipfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests_host"))

from rules import mpy, source
from tools import romfs

EXTRA = ("README.md", "LICENSE", "CHANGELOG.md")
EPOCH = (2020, 1, 1, 0, 0, 0)  # zip members need a date; one that does not depend on the day


def version():
    """The version, from its only home."""
    return re.search(r'__version__ = "(.+)"', (TOP / "lib/espat/__init__.py").read_text()).group(1)


def _pack(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(members.items()):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return path


def _common():
    files = [TOP / name for name in EXTRA]
    files += [p for folder in ("boards", "examples") for p in sorted((TOP / folder).rglob("*.py"))]
    return {str(p.relative_to(TOP)): p.read_bytes() for p in files}


def build(folder):
    """The archives' paths."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    plain = {"lib/" + str(p.relative_to(source.LIB)): p.read_bytes() for p in source.lib_files()}
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        mpy.compile_all(scratch)
        compiled = {"lib/" + str(p.relative_to(scratch)): p.read_bytes() for p in sorted(scratch.rglob("*.mpy"))}
    name = f"espat-{version()}-%s.zip"
    return [_pack(folder / (name % "mpy"), {**_common(), **compiled}), _pack(folder / (name % "py"), {**_common(), **plain}),
            _pack(folder / f"espat-py-{version()}.zip", _bundle(plain)), *romfs.build(folder)]


def _bundle(plain):
    """The members of circup's bundle; espat needs no other library. .mpy files of CircuitPython need its own compiler."""
    top = f"espat-py-{version()}/"
    circuitpython = sorted((TOP / "examples/circuitpython").rglob("*.py"))
    members = {**plain, "requirements/espat/requirements.txt": b"", "VERSIONS.txt": f"espat {version()}\n".encode()}
    members.update({"examples/" + p.name: p.read_bytes() for p in circuitpython})
    return {top + name: data for name, data in members.items()}


if __name__ == "__main__":
    for made in build(sys.argv[1] if len(sys.argv) > 1 else TOP / "dist"):
        print(made, made.stat().st_size, "bytes")
