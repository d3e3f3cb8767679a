"""Every command outside Bluetooth has typed calls, and every form of every one of them a row in tests_host/unit/t_at_*.py.

What a row proves is said at the head of unit/calls.py. Forms: `=` set, `?` query, `.` execute.
"""

import ast
import pathlib
import re

import pytest

UNIT = pathlib.Path(__file__).parent / "unit"

# the guide's commands; "" is AT alone. at_tcp only has the texts of CIPSTART, CIPSEND and CIPRECVDATA: links.py runs them
GUIDE = {
    "": ".", "E0": ".", "E1": ".", "RST": ".", "GMR": ".", "CMD": "?", "RESTORE": ".", "UART_CUR": "=?", "UART_DEF": "=?",
    "SYSSTORE": "=?", "SYSLOG": "=?", "SYSMSG": "=?", "CWMODE": "=?", "CWSTATE": "?", "CWJAP": ".=?", "CWRECONNCFG": "=?",
    "CWLAPOPT": "=", "CWLAP": ".=", "CWQAP": ".", "CWDHCP": "=?", "CIPSTAMAC": "=?", "CIPSTA": "=?", "CWHOSTNAME": "=?",
    "CIPV6": "=?", "CIPSTATE": "?", "CIPSTATUS": ".", "CIPDOMAIN": "=", "CIPSTART": "=", "CIPSTARTEX": "=", "CIPSEND": "=",
    "CIPSENDEX": "=", "CIPCLOSE": "=", "CIPMUX": "=?", "CIPMODE": "=?", "CIPDINFO": "=?", "CIPRECVTYPE": "=?",
    "CIPRECVDATA": "=", "CIPRECVLEN": "?", "CIPDNS": "=?",
    "GSLP": "=", "SAVETRANSLINK": "=", "TRANSINTVL": "=?", "SLEEP": "=?", "SYSRAM": "?", "SYSMSGFILTER": "=?",
    "SYSMSGFILTERCFG": "=?", "SYSFLASH": "=?", "SYSMFG": "=?", "RFPOWER": "=?", "SYSROLLBACK": ".", "SYSTIMESTAMP": "=?",
    "SLEEPWKCFG": "=", "SYSREG": "=", "CWINIT": "=?", "CWSAP": "=?", "CWLIF": ".", "CWQIF": ".=", "CWDHCPS": "=?",
    "CWAUTOCONN": "=?", "CWAPPROTO": "=?", "CWSTAPROTO": "=?", "CIPAPMAC": "=?", "CIPAP": "=?", "CWSTARTSMART": ".=",
    "CWSTOPSMART": ".", "WPS": "=", "MDNS": "=", "CWJEAP": "=?", "CWCOUNTRY": "=?", "CIPSENDL": "=", "CIPSENDLCFG": "=?",
    "CIFSR": ".", "CIPSERVER": "=?", "CIPSERVERMAXCONN": "=?", "CIPSTO": "=?", "CIPSNTPCFG": "=?", "CIPSNTPTIME": "?",
    "CIPSNTPINTV": "=?", "CIPFWVER": "?", "CIUPDATE": ".=?", "CIPSSLCCONF": "=?", "CIPSSLCCN": "=?", "CIPSSLCSNI": "=?",
    "CIPSSLCALPN": "=?", "CIPSSLCPSK": "=?", "CIPSSLCPSKHEX": "=?", "CIPRECONNINTV": "=?", "PING": "=", "CIPTCPOPT": "=?",
    "MQTTUSERCFG": "=", "MQTTLONGCLIENTID": "=", "MQTTLONGUSERNAME": "=", "MQTTLONGPASSWORD": "=", "MQTTCONNCFG": "=",
    "MQTTALPN": "=", "MQTTSNI": "=", "MQTTCONN": "=?", "MQTTPUB": "=", "MQTTPUBRAW": "=", "MQTTSUB": "=?", "MQTTUNSUB": "=",
    "MQTTCLEAN": "=", "HTTPCLIENT": "=", "HTTPGETSIZE": "=", "HTTPCGET": "=", "HTTPCPOST": "=", "HTTPCPUT": "=",
    "HTTPURLCFG": "=?", "HTTPCHEAD": "=?", "FS": "=", "FSMOUNT": "=", "WSCFG": "=", "WSHEAD": "=?", "WSOPEN": "=?",
    "WSSEND": "=", "WSCLOSE": "=", "CIPETHMAC": "=?", "CIPETH": "=?", "FACTPLCP": "=", "WEBSERVER": "=", "DRVADC": "=",
    "DRVPWMINIT": "=", "DRVPWMDUTY": "=", "DRVPWMFADE": "=", "DRVI2CINIT": "=", "DRVI2CRD": "=", "DRVI2CWRDATA": "=",
    "DRVI2CWRBYTES": "=", "DRVSPICONFGPIO": "=", "DRVSPIINIT": "=", "DRVSPIRD": "=", "DRVSPIWR": "=", "USERRAM": "=?",
    "USEROTA": "=", "USERWKMCUCFG": "=", "USERMCUSLEEP": "=", "USERDOCS": "?",
}
# other firmware: ESP8266 NonOS, ESP32 to 2.2, 4.1, 5.0 and newer
OTHERS = {
    "CWSAP_CUR": "=?", "CWDHCPS_CUR": "=?", "CIPAP_CUR": "=?", "CIPAPMAC_CUR": "=?", "CWCOUNTRY_CUR": "=?", "CIPSSLSIZE": "=",
    "SYSTEMP": "?", "MQTTCLIENTID": "=", "MQTTUSERNAME": "=", "MQTTPASSWORD": "=", "SYSRAM": "=", "SYSROLLBACK": "?",
    "RFCAL": ".", "CWCONFIG": "=?", "CWBANDWIDTH": "=?", "CWBANDMODE": "=?", "CIPSSLCCIPHER": "=?", "HTTPCFG": "=?",
    "CIPCONNPERSIST": "=?", "MDNS": "?", "WSDATAFMT": "=", "CWMODE_CUR": "=?", "CWJAP_CUR": "=?", "CWDHCP_CUR": "=?",
    "SYSMSG_CUR": "=?", "CIPSTAMAC_CUR": "=?", "CIPSTA_CUR": "=?", "CIPDNS_CUR": "=?", "CIPRECVMODE": "=?", "CIPSENDBUF": "=",
}


def _texts(path):
    """The command texts of a file's rows: tuples of four that begin with a lambda."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Tuple) and len(node.elts) == 4 and isinstance(node.elts[0], ast.Lambda):
            literals = [n for n in ast.walk(node.elts[1]) if isinstance(n, ast.Constant)]
            yield min(literals, key=lambda n: (n.lineno, n.col_offset)).value.decode()


def _forms():
    found = {}
    for path in sorted(UNIT.glob("t_at_*.py")):
        for text in _texts(path):
            name, form = re.fullmatch(r"\+?([A-Z0-9_]*)([=?]?).*", text, re.S).groups()
            found.setdefault(name, set()).add(form or ".")
    return found


FORMS = _forms()


@pytest.mark.parametrize("name, forms", [*GUIDE.items(), *OTHERS.items()])
def test_every_form_has_a_row(name, forms):
    missing = set(forms) - FORMS.get(name, set())
    assert not missing, f"no row for AT+{name}, forms {sorted(missing)}"


def test_no_row_for_an_unlisted_command():
    """A new command is listed here too, so that it cannot lose a form unnoticed."""
    unlisted = set(FORMS) - set(GUIDE) - set(OTHERS)
    assert not unlisted
