"""Finds or fetches MicroPython for this machine: the 64-bit build for running, the 32-bit build for memory figures.

    python3 tests_host/tools/interpreters.py 64      prints the path of an executable
    python3 tests_host/tools/interpreters.py 32
    python3 tests_host/tools/interpreters.py all     64 and 32, one a line

In this order: $ESPAT_MICROPYTHON_64 (or _32), what an earlier run unpacked into the cache, `micropython` on the PATH,
the package of a newer release of this machine's own distribution, unpacked (not installed) into the cache.
Exit code 1 and one sentence on stderr when there is none. Standard library only, Python >= 3.8.
"""

import contextlib
import fcntl
import glob
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from debian import Archive, Release, Unavailable

OLDEST = (1, 22)
# Debian's and Ubuntu's names for the 64-bit and the 32-bit architecture that one processor runs
_ARCHITECTURES = {
    "x86_64": ("amd64", "i386"), "amd64": ("amd64", "i386"), "i686": (None, "i386"),
    "aarch64": ("arm64", "armhf"), "armv7l": (None, "armhf"), "riscv64": ("riscv64", None),
}
# Releases to try after the machine's own; their libraries come along, so they run on an older machine
_NEWER = {"debian": ("trixie", "sid"), "ubuntu": ("noble",)}
_TOO_OLD = ("stretch", "buster", "bullseye", "bookworm", "xenial", "bionic", "focal", "jammy")
_PROBE = "import sys; v = sys.implementation.version; print(sys.implementation.name, v[0], v[1], sys.maxsize > 1 << 32)"


def find(bits):
    """Path of an executable MicroPython of that word size (64 or 32); raises Unavailable with one sentence."""
    named = os.environ.get("ESPAT_MICROPYTHON_%d" % bits)
    if named:
        _check(named, bits)
        return named
    wrapper = _wrapper(bits)
    if not os.path.exists(wrapper):
        on_path = shutil.which("micropython")
        if on_path and _reason_against(on_path, bits) is None:
            return on_path
        with _one_at_a_time():
            if not os.path.exists(wrapper):
                _fetch(bits)
    _check(wrapper, bits)
    return wrapper


def cache_folder():
    """The folder that holds everything this script fetches; removing it is always safe."""
    base = os.environ.get("ESPAT_CACHE") or os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(os.path.abspath(base), "espat")


def _wrapper(bits):
    return os.path.join(cache_folder(), "micropython-%d" % bits, "micropython")


def _reason_against(path, bits):
    """None when the executable is a MicroPython that serves, else why not."""
    try:
        done = subprocess.run([path, "-c", _PROBE], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60, universal_newlines=True)
        name, major, minor, wide = done.stdout.split()
        version = int(major), int(minor)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return "does not run as a MicroPython"
    if name != "micropython":
        return "is %s, not MicroPython" % name
    if version < OLDEST:
        return "is MicroPython %d.%d; at least %d.%d is needed" % (version + OLDEST)
    if (wide == "True") != (bits == 64):
        return "is not a %d-bit build" % bits
    return None


def _check(path, bits):
    reason = _reason_against(path, bits)
    if reason:
        raise Unavailable("%s %s" % (path, reason))


@contextlib.contextmanager
def _one_at_a_time():
    """Hold the cache's lock, so that several runs at once fetch one time; the lock ends with the process."""
    os.makedirs(cache_folder(), exist_ok=True)
    with open(os.path.join(cache_folder(), "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in glob.glob(os.path.join(cache_folder(), "tmp-*")):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield


def _fetch(bits):
    arch = _architecture(bits)
    work = tempfile.mkdtemp(prefix="tmp-", dir=cache_folder())
    try:
        build = os.path.join(work, "build")
        _unpack_first(bits, arch, work, os.path.join(build, "root"))
        _write_wrapper(build, os.path.dirname(_wrapper(bits)))
        os.rename(build, os.path.dirname(_wrapper(bits)))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _architecture(bits):
    machine = platform.machine()
    if sys.platform == "darwin":
        if bits == 64:
            raise Unavailable("MicroPython is missing here: `brew install micropython` brings it")
        raise Unavailable("a 32-bit MicroPython does not exist for the Mac; what needs it is skipped there")
    arch = _ARCHITECTURES.get(machine.lower(), (None, None))[bits != 64]
    if not sys.platform.startswith("linux") or arch is None:
        raise Unavailable("no %d-bit MicroPython is known for %s on %s; if you have one, name it in ESPAT_MICROPYTHON_%d"
                          % (bits, sys.platform, machine, bits))
    return arch


def _unpack_first(bits, arch, work, root):
    """Unpack micropython from the first release that has it, new enough and well signed."""
    help_ = "install micropython >= %d.%d yourself, or name one in ESPAT_MICROPYTHON_%d" % (OLDEST + (bits,))
    try:
        archive = Archive.of_this_machine()
    except Unavailable as e:
        raise Unavailable("MicroPython (%d-bit) cannot be fetched: %s; %s" % (bits, e, help_)) from None
    reason = None
    for suite in _suites(archive):
        _say("fetching MicroPython, %d-bit, from %s %s" % (bits, archive.distribution, suite))
        try:
            _unpack(archive, suite, arch, work, root)
            return
        except Unavailable as e:
            shutil.rmtree(root, ignore_errors=True)
            reason = str(e)
            _say(reason)
    raise Unavailable("MicroPython (%d-bit) could not be fetched (%s); check the network, or %s" % (bits, reason, help_))


def _suites(archive):
    own = [] if archive.codename in _TOO_OLD else [archive.codename]
    return own + [suite for suite in _NEWER[archive.distribution] if suite not in own]


def _unpack(archive, suite, arch, work, root):
    with Release(archive, suite, arch, work) as release:
        version = release.version("micropython")
        if version is None or version < OLDEST:
            raise Unavailable("%s %s has no micropython >= %d.%d for %s" % ((archive.distribution, suite) + OLDEST + (arch,)))
        release.unpack("micropython", root)


def _write_wrapper(build, final):
    """A script that runs the unpacked program with its own loader and libraries (the machine's may be older).

    build: the folder as it is now. final: where it will be when the script runs.
    """
    root = os.path.join(build, "root")
    program = _one(root, "usr/bin/micropython")
    loader = _one(root, "usr/lib*/ld-linux*.so.*", "usr/lib/*/ld-linux*.so.*", "lib*/ld-linux*.so.*")
    libraries = glob.glob(os.path.join(root, "usr/lib/*-linux-gnu*")) + glob.glob(os.path.join(root, "lib/*-linux-gnu*"))

    def quoted(path):
        return shlex.quote(os.path.join(final, os.path.relpath(path, build)))

    text = '#!/bin/sh\nexec %s --library-path %s %s "$@"\n' % (
        quoted(loader), ":".join(quoted(path) for path in libraries), quoted(program))
    path = os.path.join(build, "micropython")
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, 0o755)


def _one(root, *patterns):
    for pattern in patterns:
        found = sorted(glob.glob(os.path.join(root, pattern)))
        if found:
            return found[0]
    raise Unavailable("the unpacked package has no %s" % patterns[0])


def _say(text):
    print("interpreters: " + text, file=sys.stderr, flush=True)


def main(arguments):
    wanted = {"64": [64], "32": [32], "all": [64, 32]}.get(arguments[0] if len(arguments) == 1 else "")
    if not wanted:
        print("usage: interpreters.py 64|32|all", file=sys.stderr)
        return 2
    try:
        for bits in wanted:
            print(find(bits), flush=True)
    except Unavailable as e:
        print("interpreters: %s." % e, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
