"""CONTRIBUTING.md taken literally: its blocks go into a copy of the tree, and the tests it names judge them."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from rules import source

TEXT = (source.TOP / "CONTRIBUTING.md").read_text()
BLOCKS = dict(re.findall(r"^`([\w/.]+)`\n\n```python\n(.*?)^```$", TEXT, re.M | re.S))
# What the text says in words: put the second in front of the first, in this file
EDITS = {
    "tests_host/test_at_rows.py": ('    "CWSAP_CUR"', '    "LED": "=?",\n'),
    "tests_host/espsim/command_history.py": ('    ((3, 3), "CIPRECVTYPE', '    ((3, 2), "LED"),\n'),
    "tests_host/rules/test_imports.py": ('    ("3", "uart spi tap"),', '    ("3", "counting"),\n'),
}
USE = """
from espat import Modem
from espat.counting import Counting
import espat_board
port = Counting(espat_board.port())
modem = Modem(port, ticker=False)
assert modem.chip == "ESP32C2" and not modem.has(b"+BLEINIT"), modem.chip
assert port.sent > 50 < port.received
print("ok: over a new transport, to a new firmware")
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    top = tmp_path_factory.mktemp("clone")
    for path in source.tracked_files():
        if not re.search("/fuzz/|/pico/|/unit/.*t_", str(path)):  # what is not needed here
            target = top / path.relative_to(source.TOP)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    for name, text in BLOCKS.items():
        if name == "tests_host/espsim/profile.py":
            EDITS[name] = ("]\nPROFILES =", text)
        else:
            assert not (top / name).exists()
            (top / name).write_text(text)
    for name, (place, text) in EDITS.items():
        old = (top / name).read_text()
        assert old.count(place) == 1, f"{name} has changed; mend EDITS and CONTRIBUTING.md"
        (top / name).write_text(old.replace(place, text + place))
    for arguments in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *arguments], cwd=top, check=True)
    run(top, "tests_host/tools/package.py")
    run(top, "tests_host/tools/wiring.py")
    return top


def run(top, *arguments, **variables):
    done = subprocess.run([sys.executable, *arguments], cwd=top, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, **variables}, timeout=110)
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


def test_the_blocks_are_what_the_text_promises():
    assert {name.split("/")[0] for name in BLOCKS} == {"lib", "tests_host", "boards"} and len(BLOCKS) == 7


def test_command(tree):
    said = run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests_host/sim/test_led.py",
               "tests_host/test_at_rows.py", "tests_host/test_on_interpreters.py", "-k", "led or LED or unlisted")
    assert int(re.search(r"(\d+) passed", said)[1]) >= 9 and "skipped" not in said, said


def test_rules(tree):
    run(tree, "-m", "ruff", "check", "--no-cache", *BLOCKS)
    said = run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests_host/rules", "-k",
               "(at_led or counting or cmd_led or up_to_date or each_command_has_one_home) and not pictures and not ledger")
    assert " passed" in said and "failed" not in said


def test_board(tree):
    said = run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests_host/rules/test_boards.py", "-k",
               "pico_mine or pictures")
    assert int(re.search(r"(\d+) passed", said)[1]) >= 3, said
    assert (tree / "docs/wiring/pico_mine.svg").exists()


def test_transport_and_firmware(tree, tmp_path):
    shutil.copy(tree / "boards/unix.py", tmp_path / "espat_board.py")
    (tmp_path / "use.py").write_text(USE)
    start = [sys.executable, "-m", "espsim", "--profile", "c2-3.4", "--tcp", "127.0.0.1:0"]
    sim = subprocess.Popen(start, stdout=subprocess.PIPE, text=True, cwd=tree / "tests_host")
    try:
        line = sim.stdout.readline().split()[-1]
        paths = os.pathsep.join(map(str, (tree / "lib", tmp_path, tree / "tests_host/unit/shims/cpython")))
        assert "ok:" in run(tree, str(tmp_path / "use.py"), ESPAT_PORT=line, PYTHONPATH=paths)
    finally:
        sim.terminate()
        sim.wait(10)
