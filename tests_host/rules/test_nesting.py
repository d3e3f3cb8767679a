"""How deep the library's files are imported inside one another: each level takes C stack (5 KB of 40 on the 32-bit unix port,
where eight levels are too many), whether the files are compiled or not. Counted, not timed; docs/design.md says why.
"""

import pytest

from mp import host

FRONT_DOOR = 2  # `import espat`: itself and one file at a time
USUAL = 3
# What is loaded by itself after `import espat`; install() and bringup are what a Modem runs
BUDGETS = {
    "espat": FRONT_DOOR,
    "install()": 2,
    "espat.net.network": 2, "espat.net.socket": USUAL, "espat.net.ssl": USUAL, "espat.bringup": 2,
    "espat.ble.bluetooth": 2, "espat.ble.bleio": USUAL, "espat.ble.central": USUAL, "espat.ble.gatts": USUAL,
    "espat.ble.gattc": USUAL, "espat.ble.advertise": USUAL, "espat.ble.settings": USUAL, "espat.ble.pairing": USUAL,
    "espat.circuitpython.wifi": USUAL, "espat.circuitpython.socketpool": USUAL, "espat.circuitpython.ssl": USUAL,
    "espat.net.mqtt": USUAL, "espat.net.http": USUAL, "espat.net.websocket": USUAL, "espat.net.settings": 2,
    "espat.net.softap": USUAL, "espat.net.udp": USUAL, "espat.net.server": USUAL, "espat.net.tls_client": USUAL,
    "espat.files": USUAL, "espat.pins": USUAL, "espat.checkup": 2, "espat.rescue": 2, "espat.replay": 1,
}  # fmt: skip


def _nesting(*names, paths=(host.LIB,)):
    """[(how many files of the library were open at once, their names)] while these are imported one after the other."""
    reason = host.why_missing("mp64")
    if reason:
        pytest.skip(reason)
    done = host.run("mp64", host.INSIDE / "nesting.py", *names, paths=paths)
    assert done.returncode == 0, done.output
    return [(int(n), chain) for _, n, chain in (line.split(" ", 2) for line in done.output.splitlines())]


@pytest.mark.parametrize("name", BUDGETS)
def test_files_are_not_loaded_inside_one_another(name):
    deepest, chain = _nesting(*([] if name == "espat" else ["espat"]), name)[-1]
    assert deepest <= BUDGETS[name], f"{chain}: import leaves before those who use them"


def test_the_counting_is_sound(tmp_path):
    """What is there already counts no more, what is loaded by a function of an importing file does."""
    package = tmp_path / "espat"
    package.mkdir()
    for name, text in {"__init__": "from espat import c\n", "a": "import sys\nfrom espat import b, c\n", "c": "",
                       "b": "def f():\n    from espat import d\nf()\n", "d": "import espat.c\n"}.items():
        (package / (name + ".py")).write_text(text)
    done = _nesting("espat", "espat.c", "espat.a", paths=[tmp_path])
    assert done == [(2, "espat>espat.c"), (0, ""), (3, "espat.a>espat.b>espat.d")]
