"""Writes the package descriptions that mip installs from, out of what lib/espat holds.

    python3 tests_host/tools/package.py           writes them
    python3 tests_host/tools/package.py --check   exit code 1 and a sentence when one is not up to date
    python3 tests_host/tools/package.py --base URL   prints package.json with absolute URLs, for a board whose mip is older

URLs are relative to the description, so that a fork, a branch, a tag and a local folder all install their own files.
mip understands that from 0.4.1 on (MicroPython 1.25), mpremote from 1.25 on; older ones need --base.
"""

import json
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
# Beyond Wi-Fi and sockets: the module's own clients and services, its pins, its files
SERVICES = """at_driver at_filter at_fs at_ota at_user files mount ota pins pins_spi net/at_http net/at_mqtt net/at_passthrough
net/at_prov net/at_webserver net/at_ws net/http net/inbox net/mqtt net/mqtt_inbox net/passthrough net/provision
net/rawdownload net/websocket"""
# Description -> which files of lib/ it installs, as globs; one with a - takes files away
SLICES = {
    "package-sockets.json": ("espat/*.py", "espat/net/*.py", *("-espat/%s.py" % name for name in SERVICES.split())),
    "package.json": ("espat/**/*.py",),
    "package-net.json": ("espat/*.py", "espat/net/*.py"),
    "package-ble.json": ("espat/*.py", "espat/net/*.py", "espat/ble/*.py"),
}


def version():
    """The version in pyproject.toml, the one place where it is set."""
    return re.search(r'^version = "(.+)"$', (TOP / "pyproject.toml").read_text(), re.M).group(1)


def files(globs):
    """Names below lib/ of the files a slice installs, sorted."""
    lib = TOP / "lib"
    found = set()
    for pattern in globs:
        matching = {p.relative_to(lib).as_posix() for p in lib.glob(pattern.lstrip("-"))}
        found = found - matching if pattern[0] == "-" else found | matching
    return sorted(found)


def text(globs, base=""):
    """A description as it stands in its file: one line per file, so that a change is a line in a diff."""
    rows = ",\n".join("        [%s, %s]" % (json.dumps(n), json.dumps(base + "lib/" + n)) for n in files(globs))
    return '{\n    "version": %s,\n    "urls": [\n%s\n    ]\n}\n' % (json.dumps(version()), rows)


def main(arguments):
    if arguments[:1] == ["--base"] and len(arguments) == 2:
        print(text(SLICES["package.json"], arguments[1].rstrip("/") + "/"), end="")
        return 0
    stale = [name for name, globs in SLICES.items()
             if not (TOP / name).exists() or (TOP / name).read_text() != text(globs)]
    if arguments == ["--check"]:
        if stale:
            print("%s not up to date; run `make package`." % ", ".join(stale), file=sys.stderr)
        return bool(stale)
    for name in stale:
        (TOP / name).write_text(text(SLICES[name]))
        print("wrote", name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
