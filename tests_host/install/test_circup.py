"""The bundle of a release, fetched, unpacked and put on a (mounted) board by circup itself."""

import functools
import http.server
import logging
import threading

import pytest
from circup import backends, bundle, command_utils

from rules import source
from tools import release

REPOSITORY = "someone/espat"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture
def releases(tmp_path):
    """Address of a code host that has our archives among the files of release 0.1.0."""
    folder = tmp_path / "host" / REPOSITORY / "releases/download" / release.version()
    release.build(folder)
    handler = functools.partial(Quiet, directory=str(tmp_path / "host"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield "http://127.0.0.1:%d" % server.server_port
        server.shutdown()
        thread.join()


def test_circup_installs_it(releases, tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    ours = bundle.Bundle(REPOSITORY)
    ours.url_format = ours.url_format.replace(ours.url, releases + "/" + REPOSITORY)
    ours._current = ours._latest = release.version()
    command_utils.get_bundle(ours, release.version(), "py")
    found = command_utils.get_bundle_versions([ours], avoid_download=True)
    assert found["espat"]["__version__"] == release.version()
    assert ours.requirements_for("espat") == ""
    board = tmp_path / "CIRCUITPY"
    (board / "lib").mkdir(parents=True)
    backends.DiskBackend(str(board), logging.getLogger("circup")).install_module_py(found["espat"])
    installed = {p.relative_to(board / "lib").as_posix(): p.read_bytes() for p in board.rglob("*.py")}
    assert installed == {p.relative_to(source.LIB).as_posix(): p.read_bytes() for p in source.lib_files()}
