"""What mip and mpremote install is the library: all of it, nothing else, and it works from where they put it."""

import contextlib
import functools
import http.server
import json
import threading

import pytest
from mpremote import mip as mpremote_mip

from mp import board, host, services
from rules import source
from rules.folder import Board, tree
from tools import package

OLDEST_RELATIVE = (0, 4, 1)  # mip's version from which it follows relative URLs


def _strict(text):
    """Parse JSON as strictly as the standard: no constants beyond it, no key twice."""

    def once(pairs):
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), f"a key stands twice in {keys}"
        return dict(pairs)

    return json.loads(text, object_pairs_hook=once, parse_constant=lambda c: pytest.fail(f"{c} is not JSON"))


@pytest.mark.parametrize("name", package.SLICES)
def test_description_is_up_to_date(name):
    assert (source.TOP / name).exists(), f"{name} is missing; run `make package`"
    text = (source.TOP / name).read_text()
    assert text == package.text(package.SLICES[name]), f"{name} is not up to date; run `make package`"
    for destination, url in _strict(text)["urls"]:
        assert url == "lib/" + destination and (source.TOP / url).is_file()


def test_the_whole_package_is_the_whole_library():
    urls = _strict((source.TOP / "package.json").read_text())["urls"]
    assert [url for _, url in urls] == sorted(source.name(p) for p in source.lib_files())


def test_one_version():
    text = (source.LIB / "espat/__init__.py").read_text()
    assert f'__version__ = "{package.version()}"' in text, "pyproject.toml and espat/__init__.py name different versions"


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the repository; /absolute/package.json is the description that old versions of mip need."""

    def do_GET(self):
        if self.path != "/absolute/package.json":
            return super().do_GET()
        body = package.text(package.SLICES["package.json"], "http://127.0.0.1:%d/" % self.server.server_port).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def server():
    handler = functools.partial(_Handler, directory=str(source.TOP))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield "http://127.0.0.1:%d" % httpd.server_port
        httpd.shutdown()
        thread.join()


def _library():
    return {p.relative_to(source.LIB).as_posix(): p.read_bytes() for p in source.lib_files()}


@pytest.mark.parametrize("where", ["server", "folder"])
def test_mpremote_installs_it(where, server, tmp_path):
    """mpremote's own installer follows the relative URLs, from a server and from a checkout."""
    description = f"{server}/package.json" if where == "server" else str(source.TOP / "package.json")
    with contextlib.redirect_stdout(None):
        mpremote_mip._install_package(Board(tmp_path), description, "", "/", None, False)
    assert tree(tmp_path) == _library()


@pytest.fixture(params=["mp64", "mp32"])
def installed(request, server, tmp_path):
    """(interpreter, folder into which MicroPython's own mip installed the package)."""
    reason = host.why_missing(request.param)
    if reason:
        pytest.skip(reason)
    asked = host.run(request.param, "-c", "import mip; print(mip.__version__)", paths=())
    if asked.returncode:
        pytest.skip(f"this MicroPython has no mip frozen into it: {asked.output}")
    old = tuple(int(n) for n in asked.output.split(".")) < OLDEST_RELATIVE
    url = server + ("/absolute/package.json" if old else "/package.json")
    done = host.run(request.param, "-c", f"import mip; mip.install({url!r}, target={str(tmp_path)!r})", paths=())
    assert done.returncode == 0 and "Done" in done.output, done.output
    return request.param, tmp_path


def test_mip_installs_it(installed):
    interpreter, folder = installed
    assert tree(folder) == _library()
    done = host.run(interpreter, "-c", "import espat; print(espat.__version__, espat.__file__)", paths=[folder])
    assert done.output.split() == [package.version(), str(folder / "espat/__init__.py")], done.output


def test_an_example_runs_from_what_was_installed(installed, tmp_path_factory):
    interpreter, folder = installed
    with services.espsim() as line:
        unix = board.Unix(tmp_path_factory.mktemp("board"), {"PORT": line}, lib=folder, interpreter=interpreter)
        assert unix.run("00_check_firmware")[-1].startswith("ok:")
