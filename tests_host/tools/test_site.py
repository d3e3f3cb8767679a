"""The site builds in strict mode without a network, its links and anchors lead somewhere, and it loads nothing from outside."""

import html.parser
import pathlib
import urllib.parse

import pytest

pytest.importorskip("mkdocs", reason="mkdocs is not installed: the site cannot be built")

from tools import site


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    assert site.build(folder) == 0
    return folder / "site"


class Page(html.parser.HTMLParser):
    """Links, names that links can lead to, and what the browser would fetch by itself."""

    def __init__(self, path):
        super().__init__()
        self.links, self.names, self.fetched = [], set(), []
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        have = dict(attributes)
        self.names.add(have.get("id") or have.get("name"))
        if tag == "a" and have.get("href"):
            self.links.append(have["href"])
        elif tag in ("script", "img", "iframe", "source") and have.get("src"):
            self.fetched.append(have["src"])
        elif tag == "link" and have.get("rel") in ("stylesheet", "icon", "preconnect", "preload"):
            self.fetched.append(have["href"])


def pages(built):
    return {path: Page(path) for path in built.rglob("*.html") if path.name != "404.html"}


def test_links_lead_somewhere(built):
    known = pages(built)
    assert len(known) >= 30
    wrong = []
    for path, page in known.items():
        for link in (*page.links, *page.fetched):
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (parts.fragment and target in known and not _has(known[target], parts.fragment)):
                wrong.append((str(path.relative_to(built)), link))
    assert not wrong


def _has(page, fragment):
    return fragment.startswith("__codelineno") or urllib.parse.unquote(fragment) in page.names


def test_nothing_from_outside(built):
    for path, page in pages(built).items():
        for link in page.fetched:
            assert not urllib.parse.urlsplit(link).netloc, (path.name, link)
    for sheet in built.rglob("*.css"):
        assert "url(http" not in sheet.read_text() and "@import" not in sheet.read_text(), sheet


def test_every_page_of_the_docs_is_in_the_menu(built):
    plan = (site.TOP / "mkdocs.yml").read_text()
    skipped = {path.relative_to(site.TOP / "docs").as_posix() for path in (site.TOP / "docs").rglob("*.md")
               if path.relative_to(site.TOP / "docs").as_posix() not in plan}
    assert skipped <= {"faults.md", "ledger.md"}, "the first two are long lists that other pages lead to"


def test_reference_has_what_people_import():
    core, net = site.reference("core"), site.reference("net")
    assert "## espat.modem" in core and "### Modem(port" in core and "Raises AtTimeout" in core
    assert core.index("## espat.modem") < core.index("## espat.errors") < core.index("## espat.engine")
    assert set(site.FIRST) <= {name for _, _, folder in site.REFERENCE.values() for name in site.documented(folder)}
    assert "## espat.net.socket" in net and "## espat.net.ssl" in net
    assert "## espat.ble.bluetooth" in site.reference("ble")


def test_a_link_into_the_tree_is_taken_along(tmp_path):
    (tmp_path / "docs/deep").mkdir(parents=True)
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/one.py").write_text("1\n")
    text = "[one](../../lib/one.py) `[not](../../lib/one.py)` [web](https://example.com/) [gone](../nowhere.md)\n"
    (tmp_path / "docs/deep/page.md").write_text(text)
    made = site.Site(tmp_path / "out", root=tmp_path)
    made.gather()
    assert (tmp_path / "out/files/lib/one.py").read_text() == "1\n"
    told = (tmp_path / "out/deep/page.md").read_text()
    assert told == text.replace("[one](../../lib", "[one](../files/lib")


def test_a_dead_link_fails(tmp_path, monkeypatch, capfd):
    """Strict mode means it."""
    gather = site.Site.gather

    def gather_with_a_dead_link(self):
        gather(self)
        page = self.target / "limits.md"
        page.write_text(page.read_text() + "\n[dead](nowhere.md)\n")

    monkeypatch.setattr(site.Site, "gather", gather_with_a_dead_link)
    assert site.build(pathlib.Path(tmp_path)) != 0
    assert "nowhere.md" in capfd.readouterr().err
