#!/usr/bin/env python3
"""Builds ROMFS images of the library into dist/: `make romfs`. Two runs of the same tree give the same bytes.

MicroPython 1.25 and newer runs what lies in such an image where it is, in flash; only what a program changes takes RAM.
Written to a board by `mpremote romfs deploy dist/espat.romfs`. mpremote's own builder makes them, from files that were
compiled as all our .mpy files are. Their root holds espat/, so that modules are called /rom/espat/….
"""

import contextlib
import io
import pathlib
import shutil
import sys
import tempfile

from mpremote.romfs import make_romfs

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests_host"))

from rules import mpy
from tools import package

# Image -> the description that installs the same files
IMAGES = {
    "espat.romfs": "package.json",
    "espat-sockets.romfs": "package-sockets.json",
    "espat-net.romfs": "package-net.json",
    "espat-ble.romfs": "package-ble.json",
}


def image(folder):
    """The bytes of an image that holds what a folder of compiled files holds."""
    with contextlib.redirect_stdout(io.StringIO()):  # it lists every file
        return make_romfs(str(folder), mpy_cross=False)


def build(folder):
    """Writes the images; their paths."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        compiled = pathlib.Path(scratch, "compiled")
        mpy.compile_all(compiled)
        for name, description in IMAGES.items():
            part = pathlib.Path(scratch, description)
            for file in package.files(package.SLICES[description]):
                place = (part / file).with_suffix(".mpy")
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy((compiled / file).with_suffix(".mpy"), place)
            (folder / name).write_bytes(image(part))
    return [folder / name for name in IMAGES]


if __name__ == "__main__":
    for made in build(sys.argv[1] if len(sys.argv) > 1 else TOP / "dist"):
        print(made, made.stat().st_size, "bytes")
