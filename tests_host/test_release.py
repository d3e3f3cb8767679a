"""The release archives: reproducible, whole, and their library runs."""

import zipfile

import pytest
from mp import host
from rules import source
from tools import release


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    return release.build(tmp_path_factory.mktemp("dist"))


def test_same_bytes_again(archives, tmp_path):
    assert [p.read_bytes() for p in release.build(tmp_path)] == [p.read_bytes() for p in archives]


def test_every_file_is_in_both(archives):
    want = {str(p.relative_to(source.LIB).with_suffix("")) for p in source.lib_files()}
    for path, suffix in zip(archives[:2], (".mpy", ".py"), strict=True):
        names = zipfile.ZipFile(path).namelist()
        assert {n[4 : -len(suffix)] for n in names if n.startswith("lib/") and n.endswith(suffix)} == want
        assert "README.md" in names and "boards/unix.py" in names and "examples/00_check_firmware.py" in names


@pytest.mark.parametrize("kind", [0, 1], ids=["mpy", "py"])
@pytest.mark.parametrize("interpreter", ["mp64", "mp32"])
def test_the_library_in_it_loads(archives, kind, interpreter, tmp_path):
    if host.why_missing(interpreter):
        pytest.skip(host.why_missing(interpreter))
    zipfile.ZipFile(archives[kind]).extractall(tmp_path)
    done = host.run(interpreter, "-c", "import espat; print(espat.__version__)", paths=[tmp_path / "lib"])
    assert done.output.strip() == release.version(), done.output


def test_one_home_of_the_version():
    told = (source.LIB.parent / "manifest.py").read_text()
    assert f'version="{release.version()}"' in told
    assert f'version = "{release.version()}"' in (source.LIB.parent / "pyproject.toml").read_text()
    assert f"## {release.version()}" in (source.LIB.parent / "CHANGELOG.md").read_text()
