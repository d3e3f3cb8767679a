"""Every typed call spoken to the newest firmware of a chip with both bands: what only such firmware has is taken."""

import play
import rows

ONLY = ("cpython",)
PROFILE = "c5-5.0"
TIMEOUT = 150
NEWER = "CIPCONNPERSIST CIPSSLCCIPHER CWBANDMODE CWBANDWIDTH CWCONFIG HTTPCFG RFCAL SYSRAM SYSROLLBACK SYSTEMP".split()
# deprecated, and gone from these chips
GONE = "CIPRECVMODE CIPSTATUS MQTTCLIENTID MQTTPASSWORD MQTTUSERNAME".split()


def test_what_is_new():
    play.join()
    taken, refused = rows.speak(("+SYSROLLBACK?",))
    assert not [name for name in NEWER if "+" + name not in taken], sorted(taken)
    absent = {name[1:] for name, error in refused.items() if error.meaning == "this firmware does not have the command"}
    assert not set(GONE) - absent and not set(NEWER) & absent, sorted(absent)
