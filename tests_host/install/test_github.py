"""Installation from a repository on a code host, by the clients' own rewriting of `github:` addresses.

A server here has the repository at /<owner>/<name>/<branch>/..., as those hosts lay out raw files; the clients' requests are
sent to it whatever host they name, path and all else unchanged.
"""

import contextlib
import http.server
import json
import re
import threading
import types
import urllib.parse
import urllib.request

import pytest
from mpremote import mip

from mp import board, host, services
from rules import source
from rules.folder import Board, tree
from tools import package

OLDEST_RELATIVE = [0, 4, 1]  # version of mip from which it follows relative URLs
REPOSITORY = "github:someone/espat"
DEVICE = """
import mip, requests
get = requests.get
def there(url, **more):
    scheme, _, host, path = url.split("/", 3)
    return get("http://127.0.0.1:%d/" + path, **more)
requests.get = there
mip.install(%r, target=%r, version=%r)
"""


class Repository(http.server.BaseHTTPRequestHandler):
    """Serves the checkout as branch HEAD and as tag v1; nothing else is there."""

    def do_GET(self):
        found = re.fullmatch(r"/someone/espat/(HEAD|v1)/((?:lib/|package|for-old)[\w./-]+)", self.path)
        path = source.TOP / found[2] if found else None
        self.server.asked.append(self.path)
        if found and found[2] == "for-old-mip.json":  # made by `package.py --base`
            data = package.text(package.SLICES["package-ble.json"], REPOSITORY + "/").encode()
        elif path is None or not path.is_file():
            self.send_error(404)
            return
        else:
            data = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Repository) as httpd:
        httpd.asked = []
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield httpd
        httpd.shutdown()
        thread.join()


def wanted(name):
    return {n: (source.LIB / n).read_bytes() for n in package.files(package.SLICES[name])}


@pytest.mark.parametrize("address, branch, name", [
    (REPOSITORY, None, "package.json"),
    (REPOSITORY, "v1", "package.json"),
    (REPOSITORY + "/package-net.json", None, "package-net.json"),
])
def test_mpremote(server, monkeypatch, tmp_path, address, branch, name):
    def there(url):
        return urllib.request.urlopen("http://127.0.0.1:%d%s" % (server.server_port, urllib.parse.urlsplit(url).path))

    stand_in = types.SimpleNamespace(request=types.SimpleNamespace(urlopen=there), error=urllib.error)
    monkeypatch.setattr(mip, "urllib", stand_in)
    with contextlib.redirect_stdout(None):
        mip._install_package(Board(tmp_path), address, "", "", branch, False)
    assert tree(tmp_path) == wanted(name)
    assert all("/%s/" % (branch or "HEAD") in path for path in server.asked[-50:])


@pytest.mark.parametrize("branch", ["HEAD", "v1"])
def test_mip_on_the_device(server, tmp_path, branch):
    if host.why_missing("mp64"):
        pytest.skip(host.why_missing("mp64"))
    version = host.run("mp64", "-c", "import mip; print(mip.__version__)", paths=()).output.split(".")
    name = "package-ble.json" if [int(n) for n in version] >= OLDEST_RELATIVE else "for-old-mip.json"
    program = DEVICE % (server.server_port, "%s/%s" % (REPOSITORY, name), str(tmp_path), branch)
    done = host.run("mp64", "-c", program, paths=())
    assert done.returncode == 0 and "Done" in done.output, done.output
    assert tree(tmp_path) == wanted("package-ble.json")


# the slices: each is enough for what it promises

EXPECTED = {
    "package-sockets.json": ("net",), "package-net.json": ("net",), "package-ble.json": ("net", "ble"),
    "package.json": ("net", "ble", "circuitpython"),
}  # fmt: skip
# Loaded late, for worlds that a slice leaves out
LATE = {
    "package-sockets.json": ("espat.ble", "espat.circuitpython"),
    "package-net.json": ("espat.ble", "espat.circuitpython"), "package-ble.json": ("espat.circuitpython",), "package.json": (),
}  # fmt: skip


@pytest.mark.parametrize("name", package.SLICES)
def test_slice_needs_nothing_else(name):
    modules = {n.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for n in wanted(name)}
    for path in (source.LIB / n for n in wanted(name)):
        dotted = source.module(path)
        inner = dotted if path.name == "__init__.py" else dotted.rpartition(".")[0]
        for target, line in source.imports(source.tree(path), inner):
            if target.split(".")[0] == "espat" and not target.startswith(LATE[name] or ("-",)):
                assert target in modules, f"{path.name}:{line} imports {target}, which {name} does not install"


@pytest.mark.parametrize("name", ["package-sockets.json", "package-net.json", "package-ble.json"])
def test_a_program_runs_from_a_slice(name, tmp_path):
    if host.why_missing("mp64"):
        pytest.skip(host.why_missing("mp64"))
    for relative, data in wanted(name).items():
        (tmp_path / "lib" / relative).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "lib" / relative).write_bytes(data)
    with services.espsim() as line:
        unix = board.Unix(tmp_path, {"PORT": line, "SSID": "espressif", "PASSWORD": "1234567890"}, lib=tmp_path / "lib")
        assert unix.run("02_connect")[-1] == "ok: connected"


def test_slices_are_what_their_names_say():
    for name, folders in EXPECTED.items():
        found = {n.split("/")[1] for n in json.loads((source.TOP / name).read_text())["urls"] for n in n[:1] if n.count("/") > 1}
        assert found == set(folders)
