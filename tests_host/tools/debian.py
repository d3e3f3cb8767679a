"""Unpacks packages of another Debian or Ubuntu release than the machine's own, with apt-get alone.

Nothing is installed and no root is needed: apt gets its own state, lists and cache in a throw-away folder. The archive
is the one that the machine's own apt sources name, so no host name is written here.

    Archive.of_this_machine() -> Archive
    with Release(archive, "sid", "i386", folder) as release:
        release.version("micropython"); release.unpack("micropython", root)

Standard library only, Python >= 3.8: it runs before anything is set up.
"""

import collections
import glob
import os
import re
import shutil
import subprocess
import tempfile

_SOURCES = "/etc/apt"
_KEYRINGS = ("/usr/share/keyrings/%s-archive-keyring.gpg", "/usr/share/keyrings/%s-archive-keyring.pgp")
_COMPONENTS = {"debian": "main", "ubuntu": "main universe"}
_UPDATE_SECONDS = 300
_INSTALL_SECONDS = 900


class Unavailable(Exception):
    """What was asked for cannot be had here; the text is one sentence for the person at the terminal."""


class Archive(collections.namedtuple("Archive", "distribution codename uri keyring")):
    """Where this machine gets its own distribution from."""

    @classmethod
    def of_this_machine(cls, folder=_SOURCES, release_file="/etc/os-release"):
        """Read it from the apt sources in `folder`; raises Unavailable when there is none."""
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            raise Unavailable("there is no apt-get here")
        distribution, codename = _distribution(release_file)
        for uri, suites, components, signed_by in _entries(folder):
            if codename in suites and "main" in components:
                return cls(distribution, codename, uri, _keyring(distribution, signed_by))
        raise Unavailable("the apt sources in %s name no archive for %s %s" % (folder, distribution, codename))


def _distribution(release_file):
    try:
        with open(release_file) as f:
            words = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', f.read(), re.M))
    except OSError:
        raise Unavailable("%s cannot be read" % release_file) from None
    family = (words.get("ID", "") + " " + words.get("ID_LIKE", "")).split()
    if "ubuntu" in family:  # Ubuntu says that it is like Debian, so it is asked first
        return "ubuntu", words.get("UBUNTU_CODENAME") or words.get("VERSION_CODENAME", "")
    if "debian" in family:
        return "debian", words.get("DEBIAN_CODENAME") or words.get("VERSION_CODENAME") or "sid"
    raise Unavailable("this is neither Debian nor Ubuntu")


def _entries(folder):
    """(uri, suites, components, signed-by) of every enabled binary source, in both of apt's notations."""
    for name in [os.path.join(folder, "sources.list")] + sorted(glob.glob(os.path.join(folder, "sources.list.d", "*"))):
        try:
            with open(name) as f:
                text = f.read()
        except OSError:
            continue
        if name.endswith(".list"):
            yield from _one_line_entries(text)
        elif name.endswith(".sources"):
            yield from _paragraph_entries(text)


def _one_line_entries(text):
    for options, uri, suite, components in re.findall(
        r"^\s*deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)[ \t]+([^#\n]+)", text, re.M
    ):
        signed_by = re.search(r"signed-by=(\S+)", options)
        yield uri, [suite], components.split(), signed_by and signed_by.group(1)


def _paragraph_entries(text):
    for paragraph in re.split(r"\n\s*\n", re.sub(r"^#.*\n?", "", text, flags=re.M)):
        fields = {k.lower(): v.strip() for k, v in re.findall(r"^([\w-]+):((?:.*)(?:\n[ \t].*)*)", paragraph, re.M)}
        if "deb" in fields.get("types", "").split() and fields.get("enabled", "yes").lower() != "no":
            for uri in fields.get("uris", "").split():
                yield uri, fields.get("suites", "").split(), fields.get("components", "").split(), fields.get("signed-by")


def _keyring(distribution, signed_by):
    """The keyring that knows newer releases too; else the source's own; else apt's trusted keys (None)."""
    for name in [k % distribution for k in _KEYRINGS] + [signed_by]:
        if name and name.startswith("/") and os.path.exists(name):
            return name
    return None


_CONFIG = """\
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
Dir::Etc::sourcelist "{top}/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "-";
Dir::State "{top}";
Dir::State::lists "{top}/lists";
Dir::State::status "{top}/status";
Dir::State::extended_states "{top}/extended_states";
Dir::Cache "{top}/cache";
Dir::Log "{top}/log";
APT::Architecture "{arch}";
APT::Architectures {{ "{arch}"; }};
APT::Sandbox::User "{user}";
APT::Update::Error-Mode "any";
APT::Install-Recommends "false";
// signatures are checked; a mirror that lags by weeks, or a snapshot, still serves
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::CNF::DefaultEnabled "false";
Debug::NoLocking "true";
"""


class Release:
    """One release of the archive for one architecture; its apt state lies in `folder` until the with block ends."""

    def __init__(self, archive, suite, arch, folder):
        self.archive, self.suite, self.arch = archive, suite, arch
        os.makedirs(folder, exist_ok=True)
        self.top = tempfile.mkdtemp(prefix="apt-", dir=folder)

    def __enter__(self):
        try:
            self._lay_out()
            self._run("apt-get", "update", seconds=_UPDATE_SECONDS)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc):
        shutil.rmtree(self.top, ignore_errors=True)

    def _lay_out(self):
        for folder in ("lists/partial", "cache/archives/partial", "log"):
            os.makedirs(os.path.join(self.top, folder))
        options = ["arch=" + self.arch]
        if self.archive.keyring:
            options.append("signed-by=" + self.archive.keyring)
        uri = re.sub("^file:", "copy:", self.archive.uri)  # apt would use a local archive's packages where they lie
        line = "deb [%s] %s %s %s\n" % (" ".join(options), uri, self.suite, _COMPONENTS[self.archive.distribution])
        self._write("sources.list", line)
        self._write("status", "")
        # apt, run by root, would hand the download to a user who may not enter a cache folder in root's home
        self._write("apt.conf", _CONFIG.format(top=self.top, arch=self.arch, user="root"))

    def _write(self, name, text):
        with open(os.path.join(self.top, name), "w") as f:
            f.write(text)

    def version(self, package):
        """Its version in this release as a tuple of ints, or None when the release does not have it."""
        text = self._run("apt-cache", "show", "--no-all-versions", package, check=False)
        found = re.search(r"^Version: (?:\d+:)?(\d+(?:\.\d+)*)", text, re.M)
        return found and tuple(int(n) for n in found.group(1).split("."))

    def unpack(self, package, root):
        """Download the package with all that it needs and unpack the lot into the folder `root`."""
        self._run("apt-get", "-y", "--download-only", "install", package, seconds=_INSTALL_SECONDS)
        archives = glob.glob(os.path.join(self.top, "cache/archives/*.deb"))
        if not archives:
            raise Unavailable("%s of %s came without any file" % (package, self.suite))
        os.makedirs(root, exist_ok=True)
        for deb in archives:
            _call(["dpkg-deb", "-x", deb, root], "unpacking %s failed" % os.path.basename(deb))

    def _run(self, program, *arguments, check=True, seconds=60):
        command = [program, "-q", "-c", os.path.join(self.top, "apt.conf")] + list(arguments)
        what = "%s %s for %s %s (%s) failed" % (
            program, arguments[0], self.archive.distribution, self.suite, self.arch)
        return _call(command, what, check, seconds)


def _call(command, what, check=True, seconds=120):
    """Output of the command; Unavailable with `what` and the command's own last complaint when it fails."""
    environment = dict(os.environ, LC_ALL="C", DEBIAN_FRONTEND="noninteractive")
    try:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=seconds, universal_newlines=True)
    except subprocess.TimeoutExpired:
        raise Unavailable("%s: no end after %d seconds" % (what, seconds)) from None
    except OSError as e:
        raise Unavailable("%s: %s" % (what, e)) from None
    if check and done.returncode:
        raise Unavailable("%s: %s" % (what, _complaint(done.stdout)))
    return done.stdout


def _complaint(output):
    """The most telling line of apt's output: a failed look-up or signature says more than what follows from it."""
    lines = [line[2:].strip() for line in output.splitlines() if line.startswith(("E:", "W:"))]
    for sign in ("resolve", "connect", "refused", "timed out", "signature", "NO_PUBKEY", "Hash Sum"):
        for line in lines:
            if sign.lower() in line.lower():
                return line
    return lines[0] if lines else (output.strip().splitlines() or ["no reason given"])[-1]
