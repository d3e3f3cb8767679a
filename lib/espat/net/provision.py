"""Telling the module which network to join without a keyboard: SmartConfig, WPS, its web page, a captive portal.

    provision.smartconfig(modem, print)          a phone's app sends name and password
    provision.wps(modem, print)                  the access point's button is pushed
    page = provision.portal(modem, "My device")  a phone joins the module's own network and finds a page

each: called as each(event, value) with what happens; the events are listed with each function.
"""

from micropython import const

from espat.counted import Counted
from espat.net import at_join, at_prov, at_softap, at_webserver, at_wifi
from espat.watch import Watch

_SETTLE = const(6500)  # ms the module needs to tell the phone that it worked
_PAUSE = const(500)
_SMART = {
    b"smartconfig type:": "type",
    b"Smart get ": "found",
    b"ssid:": "ssid",
    b"password:": "password",
    b"smartconfig connected": "joined",
    b"Smartconfig connected": "joined",
}
_PAGE = {
    b"+WEBSERVERRSP:1": "joining",
    b"+WEBSERVERRSP:2": "joined",
    b"+WEBSERVERRSP:3": "firmware coming",
    b"+WEBSERVERRSP:4": "firmware there",
    b"+WEBSERVERRSP:5": "firmware failed",
}


def smartconfig(at, each=None, kind=None, floor=None, key=None, timeout=120):
    """Wait for a phone's app; returns when the network is joined. The station must be on, and nothing else be asked.

    each gets "type", "found", "ssid", "password", with ESP-TOUCH v2 "data", and "joined". kind, floor, key: see
    at_prov.smartconfig(). timeout: seconds until ETIMEDOUT; a wrong password shows in this way only.
    """
    watch = Watch(at, _SMART, each)
    data = Counted(b"+SCRD:", sink=lambda buf, off, n: watch.add("data", bytes(buf[off : off + n])))
    at.parser.register(data)
    try:
        at_prov.smartconfig(at, kind, floor, key)
        at.port.hide = True  # the password is going to pass
        watch.wait(("joined",), timeout)
        watch.rest(_SETTLE)
    finally:
        at.port.hide = False
        watch.stop()
        at.parser.unregister(data)
        at_prov.smartconfig_off(at)


def wps(at, each=None, floor=None, timeout=120):
    """Wait for the access point's button; returns when the network is joined. The station must be on.

    each gets "waiting" and "joined" with the network's name. floor: see at_prov.wps(). timeout: seconds until
    ETIMEDOUT.
    """
    watch = Watch(at, {}, each)
    at_prov.wps(at, floor)
    watch.add("waiting", b"")
    try:
        for _ in range(int(timeout * 1000) // _PAUSE):
            watch.rest(_PAUSE)
            name = _joined(at)
            if name is not None:
                watch.add("joined", name)
                break
        watch.wait(("joined",), 0)
    except OSError:
        at_prov.wps_off(at)
        raise


def _joined(at):
    if at.has(b"+CWSTATE"):
        state, name = at_wifi.state(at)
        return name if state == 2 else None
    ap = at_join.access_point(at)
    return ap[0] if ap else None


class Page(Watch):
    """The module's page for Wi-Fi settings and firmware, served until stop(); not in the default firmware.

    each gets "joining", "joined", "firmware coming", "firmware there", "firmware failed"; call poll() now and then,
    or wait(). port: where it is served. patience: seconds of each connection, 21..60.
    """

    def __init__(self, at, each=None, port=80, patience=30):
        super().__init__(at, _PAGE, each)
        at_webserver.start(at, port, patience)

    def stop(self):
        """Serve no longer."""
        super().stop()
        at_webserver.stop(self.at)


def portal(at, ssid, password="", each=None, patience=30):
    """Open the module's own network and serve the page there; phones show it by themselves. Returns the Page."""
    at_wifi.mode(at, 3)
    at_softap.configure(at, ssid, password)
    return Page(at, each, 80, patience)
