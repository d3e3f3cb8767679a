"""Every command spoken to a module that has joined nothing and has nothing set: the state is wrong for many."""

import rows

ONLY = ("cpython",)
TIMEOUT = 150
# no network, no link, no connection, no bus, no file, no cable, nothing to read: what the guide's commands are refused for
WRONG_STATE = """
    CIPAPMAC CIPAP CIPCLOSE CIPDOMAIN CIPETH CIPETHMAC CIPFWVER CIPRECVDATA CIPSEND CIPSENDEX CIPSENDL CIPSTA CIPSTAMAC
    CIPSTART CIPSTARTEX CIUPDATE CWDHCPS CWHOSTNAME CWJAP CWJEAP CWQIF CWSAP DRVI2CRD DRVI2CWRBYTES DRVI2CWRDATA DRVPWMDUTY
    DRVPWMFADE DRVSPIRD DRVSPIWR FACTPLCP FS HTTPCGET HTTPCLIENT HTTPCPOST HTTPCPUT HTTPGETSIZE MQTTCONN MQTTPUB MQTTPUBRAW
    MQTTSUB MQTTUNSUB PING SYSMFG USEROTA USERRAM WSCLOSE WSOPEN WSSEND
""".split()
# of other firmware
ABSENT = """
    CIPCONNPERSIST CIPSENDBUF CIPSSLCCIPHER CIPSSLSIZE CWBANDMODE CWBANDWIDTH CWCONFIG HTTPCFG RFCAL SYSTEMP WSDATAFMT
""".split()


def test_wrong_state():
    taken, refused = rows.speak()
    assert not [name for name in WRONG_STATE if "+" + name not in refused], sorted(refused)
    absent = [name[1:] for name, error in refused.items() if error.meaning == "this firmware does not have the command"]
    assert sorted(absent) == ABSENT, sorted(absent)
    silent = [name for name, error in refused.items() if error.code is None]
    assert not silent, silent
    assert len(taken) > 80, sorted(taken)
