"""Makes sure that node, the emulator's npm package and the firmware are there."""

import collections
import fcntl
import json
import os
import shutil
import subprocess

from . import firmware
from .firmware import Unavailable

HERE = os.path.dirname(os.path.abspath(__file__))
_OLDEST_NODE = 18
_INSTALL_SECONDS = 300

Parts = collections.namedtuple("Parts", "node program firmware")


def prepare(manifest=None, build=True):
    """What a Pico is started from; raises Unavailable with one sentence.

    manifest: path of a manifest with more to freeze into the firmware. build: False takes only what is there already.
    """
    node = _node(build)
    if not build and not (_installed() and _have_image(manifest)):
        raise Unavailable("the emulated Pico has not been built here yet; `make pico` does it")
    _install()
    return Parts(node, os.path.join(HERE, "emulator", "main.mjs"), firmware.build(manifest))


def _have_image(manifest):
    return bool(os.environ.get("ESPAT_PICO_FIRMWARE")) or os.path.exists(firmware.image_path(manifest))


def _node(build):
    node = shutil.which("node")
    if node is None and build:
        firmware.install(["nodejs", "npm"])
        node = shutil.which("node")
    if node is None:
        raise Unavailable("there is no node here; the emulated Pico needs node >= %d" % _OLDEST_NODE)
    try:
        text = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30).stdout
        version = int(text.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        raise Unavailable("%s does not tell its version" % node) from None
    if version < _OLDEST_NODE:
        raise Unavailable("node %d is too old; the emulated Pico needs node >= %d" % (version, _OLDEST_NODE))
    return node


def _installed():
    """Whether node_modules holds what package.json asks for."""
    try:
        with open(os.path.join(HERE, "package.json")) as f:
            wanted = json.load(f)["dependencies"]
        for name, version in wanted.items():
            with open(os.path.join(HERE, "node_modules", name, "package.json")) as f:
                if json.load(f)["version"] != version:
                    return False
    except (OSError, ValueError, KeyError):
        return False
    return True


def _install():
    if _installed():
        return
    npm = shutil.which("npm")
    if npm is None:
        firmware.install(["npm"])
        npm = shutil.which("npm") or "npm"
    with open(os.path.join(HERE, "package.json")) as lock:  # two test runs at once install one time
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _installed():
            return
        try:
            done = subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=_INSTALL_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as e:
            raise Unavailable("npm ci failed: %s" % e) from None
        if done.returncode or not _installed():
            raise Unavailable("npm ci failed: %s" % (done.stderr.strip().splitlines() or ["no reason given"])[-1])
