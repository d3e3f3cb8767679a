"""Which library works with espat on what: tests say what they show, and `make compat` writes the page.

    from eco.report import compat

    @compat("adafruit_requests", "chunked body")
    def test_chunked(...): ...

is one row of docs/compatibility.md; whether it says "yes", or why not, is decided by how the test ends. A test that
runs for several interpreters has a parameter `interpreter` (cpython, mp64, mp32); `version` is needed for libraries that
are not PyPI packages; a scenario may name parameters: compat("mip", "install from {source}").

    PYTHONPATH=tests_host python -m pytest -p eco.report --compat docs/compatibility.md -m compat
"""

import functools
import importlib.metadata
import platform
import re

import pytest

from mp import host

# Library -> PyPI package where the name does not tell
PACKAGES = {
    "adafruit_ble": "adafruit-circuitpython-ble",
    "adafruit_connection_manager": "adafruit-circuitpython-connectionmanager",
    "adafruit_requests": "adafruit-circuitpython-requests",
    "adafruit_minimqtt": "adafruit-circuitpython-minimqtt",
    "adafruit_ntp": "adafruit-circuitpython-ntp",
    "adafruit_httpserver": "adafruit-circuitpython-httpserver",
}
HEAD = """# What works with espat

Written by `make compat` from what the tests saw. Every row is a test: an unchanged library over espat, the simulated
module and real servers. "CPython as CircuitPython" is tests_host/eco/inside/circuit.py.

| library | version | on | scenario | works |
|---|---|---|---|---|
"""
FOOT = "\n%d of %d rows work.\n"


def compat(library, scenario, version=None, on=None):
    """Decorator: this test shows that a library's scenario works. on: instead of the parameter `interpreter`."""
    return pytest.mark.compat(library=library, scenario=scenario, version=version, on=on)


@functools.lru_cache(maxsize=None)
def version_of(library):
    try:
        return importlib.metadata.version(PACKAGES.get(library, library))
    except importlib.metadata.PackageNotFoundError:
        return "?"


@functools.lru_cache(maxsize=None)
def interpreter(name):
    """What the page calls an interpreter."""
    if name is None:
        return "CPython %s as CircuitPython" % platform.python_version()
    if name == "cpython":
        return "CPython " + platform.python_version()
    done = host.run(name, "-c", "import sys; print('.'.join(str(n) for n in sys.implementation.version[:3]))", paths=())
    return "MicroPython %s, %s bits" % (done.output.strip(), name[2:])


def claim(item):
    """(library, scenario) that a test speaks for."""
    mark = item.get_closest_marker("compat").kwargs
    return mark["library"], mark["scenario"].format(**_parameters(item))


def _parameters(item):
    return item.callspec.params if hasattr(item, "callspec") else {}


def row(item, result):
    """(library, version, interpreter, scenario, result) of a test."""
    mark = item.get_closest_marker("compat").kwargs
    on = mark["on"] or interpreter(_parameters(item).get("interpreter"))
    library, scenario = claim(item)
    return library, mark["version"] or version_of(library), on, scenario, result


def verdict(report):
    """What a row says of a phase of a test; None when the phase tells nothing."""
    if hasattr(report, "wasxfail"):
        return "no: " + report.wasxfail if report.skipped else "yes"
    if report.skipped:
        return "not tried: " + report.longrepr[2].replace("Skipped: ", "")
    if report.failed:
        return "no: " + last_words(report)
    return "yes" if report.when == "call" else None


def last_words(report):
    """The last line that says what went wrong; what an assertion compared only when it says nothing else."""
    text = report.longrepr.reprcrash.message if hasattr(report.longrepr, "reprcrash") else str(report.longrepr)
    lines = [line for line in text.splitlines() if line.strip()] or ["failed"]
    return ([line for line in lines if not line.startswith("assert ")] or lines)[-1]


def page(rows):
    """The page in Markdown."""
    cells = [[re.sub(r"\s+", " ", cell).replace("|", "\\|") for cell in one] for one in sorted(set(rows))]
    good = sum(cell[-1] == "yes" for cell in cells)
    return HEAD + "".join("| %s |\n" % " | ".join(one) for one in cells) + FOOT % (good, len(cells))


# -- pytest's hooks, when this file is a plugin


def pytest_addoption(parser):
    parser.addoption("--compat", metavar="FILE", help="write the page of what works to this file")
    parser.addoption("--compat-list", action="store_true", help="with --collect-only: print the rows that tests claim")


def pytest_configure(config):
    config.stash[ROWS] = {}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if item.get_closest_marker("compat"):
        result = verdict(report)
        if result and (report.when == "call" or result != "yes"):
            item.config.stash[ROWS][item.nodeid] = row(item, result)


def pytest_collection_finish(session):
    if session.config.getoption("compat_list"):
        for item in session.items:
            if item.get_closest_marker("compat"):
                print("\nCLAIM " + " | ".join(claim(item)))


def pytest_sessionfinish(session):
    path, rows = session.config.getoption("compat"), session.config.stash[ROWS]
    if path and rows:
        with open(path, "w") as f:
            f.write(page(rows.values()))


ROWS = pytest.StashKey()
