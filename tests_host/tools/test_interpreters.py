"""Fetching MicroPython, against a small archive on this disk: real apt-get, real packages, no network."""

import gzip
import hashlib
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from tools import interpreters
from tools.interpreters import Archive, Unavailable

needs_apt = pytest.mark.skipif(not (sys.platform == "linux" and shutil.which("apt-get") and shutil.which("dpkg-deb")),
                               reason="apt-get and dpkg-deb are Debian's and Ubuntu's")
# Stand-ins: the loader drops its own options and runs the program, the program answers the probe
LOADER = '#!/bin/sh\nshift 2\nexec "$@"\n'
PROGRAM = "#!/bin/sh\necho micropython {version} {wide}\n"


class Mirror:
    """An archive in a folder, to which packages and releases are added."""

    def __init__(self, folder):
        self.folder = folder
        self.uri = "file:" + str(folder)

    def add(self, suite, arch, version, wide=True):
        """Give the suite a micropython of that version ("1.25"), with the loader in a package it depends on."""
        words = version.replace(".", " ")
        packages = [
            self._package(arch, "micropython", version, "libfake",
                          {"usr/bin/micropython": PROGRAM.format(version=words, wide=wide)}),
            self._package(arch, "libfake", "2", None, {"usr/lib64/ld-linux-fake.so.2": LOADER, "usr/lib/x-linux-gnu/lib": ""}),
        ]
        index = self.folder / "dists" / suite / "main" / ("binary-" + arch)
        index.mkdir(parents=True)
        text = "\n".join(packages).encode()
        (index / "Packages.gz").write_bytes(gzip.compress(text))
        (index / "Packages").write_bytes(text)
        self._release(suite, arch)

    def _package(self, arch, name, version, needs, files):
        tree = self.folder / "build"
        for path, text in files.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_text(text)
            (tree / path).chmod(0o755)
        (tree / "DEBIAN").mkdir()
        control = f"Package: {name}\nVersion: {version}\nArchitecture: {arch}\nMaintainer: t <t@localhost>\nDescription: t\n"
        control += f"Depends: {needs}\n" if needs else ""
        (tree / "DEBIAN/control").write_text(control)
        deb = self.folder / f"{name}_{version}_{arch}.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, deb], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(tree)
        data = deb.read_bytes()
        return control + f"Filename: {deb.name}\nSize: {len(data)}\nSHA256: {hashlib.sha256(data).hexdigest()}\n"

    def _release(self, suite, arch):
        top = self.folder / "dists" / suite
        lines = [f"Codename: {suite}", f"Architectures: {arch}", "Components: main", "SHA256:"]
        for path in sorted(top.rglob("Packages*")):
            data = path.read_bytes()
            lines.append(f" {hashlib.sha256(data).hexdigest()} {len(data)} {path.relative_to(top)}")
        (top / "Release").write_text("\n".join(lines) + "\n")


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """An empty archive that is this machine's own for the test, with an empty cache and no micropython on the PATH."""
    mirror = Mirror(tmp_path / "mirror")
    mirror.folder.mkdir()
    insecure = tmp_path / "insecure.conf"  # the archive here is not signed
    insecure.write_text('Acquire::AllowInsecureRepositories "true";\nAPT::Get::AllowUnauthenticated "true";\n')
    monkeypatch.setenv("APT_CONFIG", str(insecure))
    monkeypatch.setenv("ESPAT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("ESPAT_MICROPYTHON_64", raising=False)
    monkeypatch.setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
    monkeypatch.setattr(interpreters.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(interpreters.shutil, "which", lambda name: None)
    archive = Archive("debian", "bookworm", mirror.uri, None)
    monkeypatch.setattr(interpreters.Archive, "of_this_machine", lambda: archive)
    return mirror


def _cache():
    return sorted(p.name for p in pathlib.Path(interpreters.cache_folder()).iterdir())


@needs_apt
def test_fetches_from_the_first_newer_release_that_serves(mirror, capfd):
    mirror.add("sid", "amd64", "1.26")  # and trixie is not there at all
    path = interpreters.find(64)
    assert path == os.path.join(interpreters.cache_folder(), "micropython-64", "micropython")
    assert subprocess.check_output([path]) == b"micropython 1 26 True\n"
    assert _cache() == ["lock", "micropython-64"]
    assert "debian sid" in capfd.readouterr().err
    assert interpreters.find(64) == path
    assert capfd.readouterr().err == "", "the second time nothing is fetched"


@needs_apt
def test_too_old_everywhere(mirror):
    mirror.add("trixie", "amd64", "1.19")
    mirror.add("sid", "amd64", "1.21")
    with pytest.raises(Unavailable, match="debian sid has no micropython >= 1.22 for amd64.*check the network, or install"):
        interpreters.find(64)
    assert _cache() == ["lock"]


@needs_apt
def test_wrong_word_size_is_refused(mirror):
    mirror.add("trixie", "i386", "1.25", wide=True)
    with pytest.raises(Unavailable, match="is not a 32-bit build"):
        interpreters.find(32)


@needs_apt
def test_no_network_leaves_nothing(mirror, monkeypatch):
    archive = Archive("debian", "bookworm", "http://127.0.0.1:9/debian", None)
    monkeypatch.setattr(interpreters.Archive, "of_this_machine", lambda: archive)
    with pytest.raises(Unavailable, match="MicroPython .64-bit. could not be fetched .*127.0.0.1.*check the network"):
        interpreters.find(64)
    assert _cache() == ["lock"]


def _find_in_process(answer):
    answer.write_text(interpreters.find(64))


@needs_apt
def test_several_at_once_fetch_once(mirror, tmp_path, capfd):
    mirror.add("trixie", "amd64", "1.25")
    answers = [tmp_path / f"answer-{number}" for number in range(4)]
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_find_in_process, args=(answer,)) for answer in answers]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert len({answer.read_text() for answer in answers}) == 1
    assert capfd.readouterr().err.count("fetching") == 1


@needs_apt
def test_what_a_killed_run_left_is_removed(mirror):
    mirror.add("trixie", "amd64", "1.25")
    left = pathlib.Path(interpreters.cache_folder(), "tmp-killed")
    left.mkdir(parents=True)
    interpreters.find(64)
    assert _cache() == ["lock", "micropython-64"]


def _program(folder, answer):
    path = folder / "micropython"
    path.write_text(f"#!/bin/sh\necho {answer}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("answer, reason", [
    ("micropython 1 22 True", None),
    ("micropython 1 21 True", "is MicroPython 1.21; at least 1.22 is needed"),
    ("micropython 2 0 True", None),
    ("circuitpython 9 0 True", "is circuitpython, not MicroPython"),
    ("micropython 1 25 False", "is not a 64-bit build"),
    ("something else", "does not run as a MicroPython"),
])
def test_what_stands_on_the_path_is_looked_at(tmp_path, answer, reason):
    assert interpreters._reason_against(_program(tmp_path, answer), 64) == reason


def test_one_named_by_the_user_comes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("ESPAT_MICROPYTHON_64", _program(tmp_path, "micropython 1 25 True"))
    assert interpreters.find(64) == str(tmp_path / "micropython")
    monkeypatch.setenv("ESPAT_MICROPYTHON_64", str(tmp_path / "absent"))
    with pytest.raises(Unavailable, match="absent does not run"):
        interpreters.find(64)


@pytest.mark.parametrize("platform, machine, bits, words", [
    ("darwin", "arm64", 64, "brew install micropython"),
    ("darwin", "arm64", 32, "does not exist for the Mac"),
    ("linux", "s390x", 64, "ESPAT_MICROPYTHON_64"),
    ("linux", "riscv64", 32, "no 32-bit MicroPython"),
])
def test_machines_that_have_none(monkeypatch, platform, machine, bits, words):
    monkeypatch.setattr(interpreters.sys, "platform", platform)
    monkeypatch.setattr(interpreters.platform, "machine", lambda: machine)
    with pytest.raises(Unavailable, match=words):
        interpreters._architecture(bits)


def _sources(folder, release, **files):
    (folder / "sources.list.d").mkdir()
    (folder / "os-release").write_text(release)
    for name, text in files.items():
        place = folder if name == "sources_list" else folder / "sources.list.d"
        (place / name.replace("_", ".")).write_text(text)
    return Archive.of_this_machine(str(folder), str(folder / "os-release"))


DEBIAN = 'ID=debian\nVERSION_CODENAME=bookworm\nVERSION_ID="12"\n'


@needs_apt
def test_sources_in_one_line_notation(tmp_path):
    archive = _sources(tmp_path, DEBIAN, sources_list=(
        "# deb http://commented.example/debian bookworm main\n"
        "deb-src http://source.example/debian bookworm main\n"
        "deb http://security.example/debian-security bookworm-security main\n"
        "deb [arch=amd64 signed-by=/nowhere.gpg] http://mirror.example/deb bookworm main contrib # ours\n"))
    assert archive[:3] == ("debian", "bookworm", "http://mirror.example/deb")


@needs_apt
def test_sources_in_paragraphs(tmp_path):
    archive = _sources(tmp_path, DEBIAN, a_sources=(
        "Types: deb\nURIs: http://other.example/tool\nSuites: stable\nComponents: main\n\n"
        "Types: deb\nEnabled: no\nURIs: http://off.example/debian\nSuites: bookworm\nComponents: main\n\n"
        "# a remark\nTypes: deb deb-src\n# another\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\n"
        "Components: main\nSigned-By:\n -----BEGIN\n .\n text\n"))
    assert archive[:3] == ("debian", "bookworm", "http://mirror.example/debian")


@needs_apt
def test_ubuntu_and_its_children(tmp_path):
    archive = _sources(
        tmp_path, 'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n', a_sources=(
            "Types: deb\nURIs: http://mirror.example/ubuntu/\nSuites: noble noble-updates\nComponents: main universe\n"))
    assert archive[:3] == ("ubuntu", "noble", "http://mirror.example/ubuntu/")
    assert interpreters._suites(archive) == ["noble"]
    assert interpreters._suites(archive._replace(codename="jammy")) == ["noble"]
    assert interpreters._suites(archive._replace(codename="plucky")) == ["plucky", "noble"]


@needs_apt
def test_no_archive_in_the_sources(tmp_path):
    with pytest.raises(Unavailable, match="name no archive for debian bookworm"):
        _sources(tmp_path, DEBIAN, sources_list="deb http://x.example/y other main\n")


def test_command_line_says_one_sentence(tmp_path):
    done = subprocess.run([sys.executable, interpreters.__file__, "64"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "ESPAT_MICROPYTHON_64": str(tmp_path / "absent")}, universal_newlines=True)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == f"interpreters: {tmp_path}/absent does not run as a MicroPython.\n"
