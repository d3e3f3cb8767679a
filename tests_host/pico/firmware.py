"""Builds MicroPython for the Raspberry Pi Pico (rp2, RPI_PICO) from the distribution's source packages, through apt alone.

    python3 tests_host/pico/firmware.py [FROZEN_MANIFEST]    prints the path of the image

The image and all that went into it are kept in the cache folder ($ESPAT_CACHE, else $XDG_CACHE_HOME, else ~/.cache, then
espat/pico); removing that is always safe. The first build takes about a minute. It has a ROM partition, at /rom, that
`mpremote romfs deploy` writes. With FROZEN_MANIFEST it has none, and the image is brought up to date at every call, since the
files that a manifest freezes may have changed. Exit code 75, with one sentence on stderr, when the machine cannot build it.
$ESPAT_PICO_FIRMWARE names an image to be used instead.
"""

import contextlib
import fcntl
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tools"))

from debian import Archive, Release, Unavailable

CANNOT = 75  # EX_TEMPFAIL of sysexits.h
SUITE = "trixie"  # carries MicroPython 1.25
_SOURCES = ("micropython", "mbedtls")
_PACKAGES = ("pico-sdk-source", "tinyusb-source")
# What the build calls, and the package that brings it
_TOOLS = {
    "arm-none-eabi-gcc": "gcc-arm-none-eabi", "cmake": "cmake", "make": "make", "gcc": "gcc", "xz": "xz-utils",
    "bzip2": "bzip2", "dpkg-deb": "dpkg",
}
_LIBRARIES = {
    "/usr/lib/arm-none-eabi/include/stdio.h": "libnewlib-arm-none-eabi",
    "/usr/lib/arm-none-eabi/newlib/libstdc++.a": "libstdc++-arm-none-eabi-newlib",
}
_SECONDS = 1800  # one step of a build on a slow machine
_ROM_BYTES = 256 * 1024  # of the flash, taken from the 640 KB that the board leaves for code


def build(manifest=None):
    """Path of firmware.bin (firmware.nm, its symbols, lies beside it); raises Unavailable with one sentence."""
    named = os.environ.get("ESPAT_PICO_FIRMWARE")
    if named and manifest is None:
        if not os.path.exists(named):
            raise Unavailable("ESPAT_PICO_FIRMWARE names %s, which does not exist" % named)
        return named
    image = image_path(manifest)
    if manifest is None and os.path.exists(image):
        return image
    with _one_at_a_time():
        if manifest is None and os.path.exists(image):
            return image
        _need_tools()
        _compile(_source_tree(), manifest, os.path.dirname(image))
    return image


def image_path(manifest=None):
    """Where build() puts, or has put, the image."""
    return os.path.join(_image_folder(manifest), "firmware.bin")


def cache_folder():
    base = os.environ.get("ESPAT_CACHE") or os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(os.path.abspath(base), "espat", "pico")


def _image_folder(manifest):
    if manifest is None:
        return os.path.join(cache_folder(), "image-rom%d" % _ROM_BYTES)  # another name than images without it had
    name = hashlib.sha256(os.path.abspath(manifest).encode()).hexdigest()[:12]
    return os.path.join(cache_folder(), "image-" + name)


@contextlib.contextmanager
def _one_at_a_time():
    os.makedirs(cache_folder(), exist_ok=True)
    with open(os.path.join(cache_folder(), "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in glob.glob(os.path.join(cache_folder(), "tmp-*")):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield


def _need_tools():
    missing = [package for tool, package in _TOOLS.items() if not shutil.which(tool)]
    missing += [package for path, package in _LIBRARIES.items() if not glob.glob(path)]
    if missing:
        install(missing)


def install(packages):
    """Have apt bring these packages; Unavailable when it cannot."""
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        raise Unavailable("the emulated Pico needs %s, and there is no apt-get here to bring them" % names)
    if os.geteuid() != 0:
        raise Unavailable("the emulated Pico needs %s; run `apt-get install %s` as root" % (names, names))
    _say("installing " + names)
    command = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=600", "--no-install-recommends", "install"] + packages
    try:
        _run(command)
    except Unavailable:  # the package lists may be older than the archive
        _run(["apt-get", "-q", "-o", "DPkg::Lock::Timeout=600", "update"])
        _run(command)


def _source_tree():
    """The port's sources with the libraries that Debian packs apart put back in; made once, then kept."""
    tree = os.path.join(cache_folder(), "source")
    if not os.path.exists(tree):
        archive = Archive.of_this_machine()
        if archive.distribution != "debian":
            raise Unavailable("the sources of MicroPython are fetched from Debian, and this is %s" % archive.distribution)
        work = tempfile.mkdtemp(prefix="tmp-", dir=cache_folder())
        try:
            _fetch(archive, work)
            os.rename(_unpack(work), tree)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return tree


class _SourceRelease(Release):
    """A release whose source packages can be fetched too."""

    def _lay_out(self):
        super()._lay_out()
        with open(os.path.join(self.top, "sources.list")) as f:
            line = f.read()
        self._write("sources.list", line + line.replace("deb ", "deb-src ", 1))

    def fetch(self, folder, *arguments):
        _run(["apt-get", "-q", "-c", os.path.join(self.top, "apt.conf"), *arguments], folder)


def _fetch(archive, work):
    _say("fetching the sources from %s %s" % (archive.distribution, SUITE))
    with _SourceRelease(archive, SUITE, "amd64", work) as release:
        release.fetch(work, "source", "--download-only", *_SOURCES)
        release.fetch(work, "download", *_PACKAGES)


def _unpack(work):
    tree = os.path.join(work, "tree")
    _untar(work, "micropython_*.orig.tar.*", tree)
    for deb in glob.glob(os.path.join(work, "*.deb")):
        _run(["dpkg-deb", "-x", deb, os.path.join(work, "unpacked")])
    libraries = os.path.join(tree, "lib")
    for name in ("pico-sdk", "tinyusb", "mbedtls"):  # empty folders where the upstream tree has submodules
        shutil.rmtree(os.path.join(libraries, name), ignore_errors=True)
    for name in ("pico-sdk", "tinyusb"):
        os.rename(os.path.join(work, "unpacked/usr/src", name), os.path.join(libraries, name))
    _untar(work, "mbedtls_*.orig.tar.*", os.path.join(libraries, "mbedtls"))
    os.makedirs(os.path.join(libraries, "micropython-lib"), exist_ok=True)
    with open(os.path.join(libraries, "micropython-lib/README.md"), "w") as f:
        f.write("The build only asks whether this file exists.\n")
    return tree


def _untar(work, pattern, folder):
    found = glob.glob(os.path.join(work, pattern))
    if len(found) != 1:
        raise Unavailable("apt brought %d files %s" % (len(found), pattern))
    os.makedirs(folder)
    _run(["tar", "-xf", found[0], "-C", folder, "--strip-components=1"])


def _compile(tree, manifest, folder):
    _say("building the firmware in " + folder)
    os.makedirs(folder, exist_ok=True)
    jobs = "-j%d" % (os.cpu_count() or 1)
    port = os.path.join(tree, "ports/rp2")
    objects = os.path.join(folder, "objects")
    _run(["make", "-C", os.path.join(tree, "mpy-cross"), jobs])
    _run(["cmake", "-S", port, "-B", objects, "-DMICROPY_BOARD=RPI_PICO",
          "-DMICROPY_BOARD_DIR=" + os.path.join(port, "boards/RPI_PICO"),
          "-DMICROPY_FROZEN_MANIFEST=" + os.path.abspath(manifest or os.path.join(HERE, "manifest.py")),
          # an image with much frozen in reaches into the place where the partition would be
          "-DMICROPY_DEF_BOARD=MICROPY_HW_ROMFS_BYTES=%d" % (0 if manifest else _ROM_BYTES),
          "-DPICO_BUILD_DOCS=0", "-DPICO_NO_PICOTOOL=1", "-DPICO_NO_UF2=1"])
    _run(["make", "-C", objects, jobs])
    elf = os.path.join(objects, "firmware.elf")
    with open(os.path.join(folder, "firmware.nm"), "w") as f:
        f.write(_run(["arm-none-eabi-nm", elf]))
    _run(["arm-none-eabi-objcopy", "-O", "binary", elf, os.path.join(folder, "new.bin")])
    os.rename(os.path.join(folder, "new.bin"), os.path.join(folder, "firmware.bin"))


def _run(command, folder=None):
    """Output of the command; Unavailable with the end of what it said when it fails."""
    environment = dict(os.environ, LC_ALL="C", DEBIAN_FRONTEND="noninteractive")
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):  # called from `make pico`, the build is still on its own
        environment.pop(name, None)
    try:
        done = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=_SECONDS, text=True, errors="replace")
    except (OSError, subprocess.TimeoutExpired) as e:
        raise Unavailable("%s failed: %s" % (command[0], e)) from None
    if done.returncode:
        raise Unavailable("`%s` failed: …%s" % (" ".join(command), done.stdout.strip()[-1500:]))
    return done.stdout


def _say(text):
    print("firmware: " + text, file=sys.stderr, flush=True)


def main(arguments):
    if len(arguments) > 1 or arguments[:1] in (["-h"], ["--help"]):
        print("usage: firmware [FROZEN_MANIFEST]", file=sys.stderr)
        return 2
    try:
        print(build(arguments[0] if arguments else None))
    except Unavailable as e:
        print("firmware: cannot build here: %s" % e, file=sys.stderr)
        return CANNOT
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
