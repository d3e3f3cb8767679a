"""`make site`: gathers the documentation in build/docs and builds build/site from it, with mkdocs in strict mode.

    python tests_host/tools/site.py [FOLDER]     FOLDER instead of build/

docs/ is written to be read in the repository, too: its links lead to files anywhere in the tree. For the site such files
are taken along (below files/), and the links follow. The reference pages are made here, from the docstrings.
"""

import os
import pathlib
import posixpath
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from tools import pages

TOP = pages.TOP
LINK = re.compile(r"(!?\[[^\]\n]*\]\()([^)\s#]+)(#[^)\s]*)?(\))")
FENCE = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
# page: (title, what stands there, folder below lib/espat)
REFERENCE = {
    "core": ("Reference: the core", "The modem, the runner, ports, errors, what is there without any network.", "."),
    "net": ("Reference: network", "`network`, `socket`, `ssl` for MicroPython, and the module's own clients.", "net"),
    "ble": ("Reference: Bluetooth", "`bluetooth`, `_bleio`, and what stands on the module's commands.", "ble"),
    "circuitpython": ("Reference: CircuitPython", "The modules that CircuitPython's libraries import.", "circuitpython"),
}
# what people use comes first, then what it is made of
FIRST = (
    "modem", "uart", "spi", "busio_uart", "busio_spi", "errors", "aio", "at", "checkup", "tap", "files", "mount", "pins", "sleep",
    "ota", "watch", "pipe", "net/network", "net/socket", "net/ssl", "net/mqtt", "net/http", "net/websocket", "net/passthrough",
    "net/provision", "net/clock", "net/store", "ble/bluetooth", "ble/bleio", "ble/hid", "ble/spp", "ble/a2dp", "ble/blufi",
)  # fmt: skip


def documented(folder):
    """Names of the modules of a reference page. Typed calls have pages of their own."""
    paths = (pages.LIB / folder).glob("*.py")
    names = sorted(path.relative_to(pages.LIB).with_suffix("").as_posix() for path in paths)
    names = [name for name in names if not name.rpartition("/")[2].startswith(("at_", "__init__"))]
    return sorted(names, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))


def reference(name):
    """One reference page as text."""
    title, words, folder = REFERENCE[name]
    lines = [f"# {title}\n", words + "\n"]
    for module in documented(folder):
        lines.extend(pages.of_module(module))
    return "\n".join(lines).rstrip() + "\n"


class Site:
    """The folder of pages under construction. root: where docs/ and everything it leads to lies."""

    def __init__(self, target, root=TOP):
        self.target = pathlib.Path(target)
        self.root = pathlib.Path(root)
        self.taken = {}  # path in the tree -> path in the site, of what is copied
        self.waiting = []

    def gather(self):
        shutil.rmtree(self.target, ignore_errors=True)
        for path in sorted((self.root / "docs").rglob("*")):
            if path.is_file():
                self.take(path)
        while self.waiting:
            source, place = self.waiting.pop()
            self.copy(source, place)

    def take(self, path):
        """A file of the tree gets a place in the site."""
        if path not in self.taken:
            inside = path.relative_to(self.root)
            place = inside.relative_to("docs") if inside.parts[0] == "docs" else pathlib.Path("files") / inside
            self.taken[path] = place
            self.waiting.append((path, place))
        return self.taken[path]

    def copy(self, source, place):
        target = self.target / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == ".md":
            target.write_text(self.relinked(source, place))
        else:
            shutil.copyfile(source, target)

    def relinked(self, source, place):
        """The text of a page with its links as the site needs them; code is left alone."""
        pieces = FENCE.split(source.read_text())
        return "".join(piece if n % 2 else LINK.sub(lambda found: self.link(found, source, place), piece)
                       for n, piece in enumerate(pieces))

    def link(self, found, source, place):
        head, target, anchor, tail = found.groups()
        if re.match(r"[a-z]+:", target):
            return found[0]
        path = pathlib.Path(os.path.normpath(source.parent / target))
        if path.is_dir() and (path / "README.md").exists():
            path = path / "README.md"
        if not path.is_file() or self.root not in path.parents:
            return found[0]  # mkdocs will say that it leads nowhere
        there = posixpath.relpath(self.take(path).as_posix(), place.parent.as_posix())
        return f"{head}{there}{anchor or ''}{tail}"


def build(folder):
    """Gather and build below `folder`; mkdocs' exit code."""
    folder = pathlib.Path(folder).resolve()
    site = Site(folder / "docs")
    site.gather()
    (site.target / "api").mkdir()
    for name in REFERENCE:
        (site.target / "api" / f"{name}.md").write_text(reference(name))
    plan = folder / "mkdocs.yml"
    text = (TOP / "mkdocs.yml").read_text()
    plan.write_text(text.replace("build/docs", str(site.target)).replace("build/site", str(folder / "site")))
    variables = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(plan)]
    done = subprocess.run(command, env=variables, stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True)
    if done.returncode:  # --quiet would keep mkdocs from counting its own warnings
        print(done.stdout, file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    where = sys.argv[1] if len(sys.argv) > 1 else TOP / "build"
    code = build(where)
    if not code:
        print(f"the site is in {where}/site")
    sys.exit(code)
