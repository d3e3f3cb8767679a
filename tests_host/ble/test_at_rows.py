"""Every Bluetooth command of the guide (3.4, 3.5) has typed calls, and every form of every one a row in unit/ble/t_at_*.py.

See test_at_rows.py, which says the same of the other commands. Forms: `=` set, `?` query, `.` execute.
"""

import re

import pytest

from test_at_rows import UNIT, _texts

LE = {
    "BLEINIT": "=?", "BLEADDR": "=?", "BLENAME": "=?", "BLESCANPARAM": "=?", "BLESCAN": "=", "BLESCANRSPDATA": "=",
    "BLEADVPARAM": "=?", "BLEADVDATA": "=", "BLEADVDATAEX": "=?", "BLEADVSTART": ".", "BLEADVSTOP": ".", "BLECONN": "=?",
    "BLECONNPARAM": "=?", "BLEDISCONN": "=", "BLEDATALEN": "=", "BLECFGMTU": "=?", "BLEGATTSSRVCRE": ".",
    "BLEGATTSSRVSTART": ".=", "BLEGATTSSRVSTOP": ".=", "BLEGATTSSRV": "?", "BLEGATTSCHAR": "?", "BLEGATTSNTFY": "=",
    "BLEGATTSIND": "=", "BLEGATTSSETATTR": "=", "BLEGATTCPRIMSRV": "=", "BLEGATTCINCLSRV": "=", "BLEGATTCCHAR": "=",
    "BLEGATTCRD": "=", "BLEGATTCWR": "=", "BLESPPCFG": "=?", "BLESPP": ".", "BLESECPARAM": "=?", "BLEENC": "=",
    "BLEENCRSP": "=", "BLEKEYREPLY": "=", "BLECONFREPLY": "=", "BLEENCDEV": "?", "BLEENCCLEAR": ".=", "BLESETKEY": "=?",
    "BLEHIDINIT": "=?", "BLEHIDKB": "=", "BLEHIDMUS": "=", "BLEHIDCONSUMER": "=", "BLUFI": "=?", "BLUFINAME": "=?",
    "BLUFISEND": "=",
}
CLASSIC = {
    "BTINIT": "=?", "BTNAME": "=?", "BTSCANMODE": "=", "BTSTARTDISC": "=", "BTSPPINIT": "=?", "BTSPPCONN": "=?",
    "BTSPPDISCONN": "=", "BTSPPSEND": ".=", "BTSPPSTART": ".", "BTA2DPINIT": "=?", "BTA2DPCONN": "=?", "BTA2DPDISCONN": "=",
    "BTA2DPSRC": "=?", "BTA2DPCTRL": "=", "BTSECPARAM": "=?", "BTKEYREPLY": "=", "BTPINREPLY": "=", "BTSECCFM": "=",
    "BTENCDEV": "?", "BTENCCLEAR": ".=", "BTCOD": "=", "BTPOWER": "=?",
}
OTHERS = {"BLEHIDNAME": "=?", "BLERDRSSI": "="}  # not in this guide, but in firmware 2.3 and newer
EVERY = [*LE.items(), *CLASSIC.items(), *OTHERS.items()]


def _forms():
    found = {}
    for path in sorted((UNIT / "ble").glob("t_at_*.py")):
        for text in _texts(path):
            name, form = re.fullmatch(r"\+([A-Z0-9_]+)([=?]?).*", text, re.S).groups()
            found.setdefault(name, set()).add(form or ".")
    return found


FORMS = _forms()


def test_the_guide_has_this_many():
    assert (len(LE), len(CLASSIC)) == (46, 22)


@pytest.mark.parametrize("name, forms", EVERY)
def test_every_form_has_a_row(name, forms):
    missing = set(forms) - FORMS.get(name, set())
    assert not missing, f"no row for AT+{name}, forms {sorted(missing)}"


def test_no_row_for_an_unlisted_command():
    assert not set(FORMS) - {name for name, _ in EVERY}
