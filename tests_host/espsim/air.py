"""The air and the network behind it: access points, names, addresses. Several modules may share one Air.

Everything a test changes here may be changed from any thread; modules are told on their own event loop.
"""
import dataclasses
import os
import socket
import threading

OPEN, WEP, WPA, WPA2, WPA_WPA2, WPA2_ENTERPRISE, WPA3, WPA2_WPA3, WAPI, OWE = range(10)
NONE, TKIP, CCMP, TKIP_CCMP = 0, 3, 4, 5
TIMEOUT, WRONG_PASSWORD, NOT_FOUND, REFUSED = 1, 2, 3, 4  # codes of +CWJAP:<code>
EAP_TLS, EAP_PEAP, EAP_TTLS = range(3)
CLAIM_PORT = 6767  # held on the gateway's address: this /24 belongs to one Air of this machine


@dataclasses.dataclass
class AccessPoint:
    """One access point. Change its fields while a test runs: the next scan or join sees them."""

    ssid: bytes
    password: bytes = b""
    ecn: int = WPA2
    bssid: str = ""
    channel: int = 6
    rssi: int = -50
    hidden: bool = False
    pairwise: int = CCMP
    group: int = CCMP
    bgn: int = 7
    wps: int = 0
    on: bool = True
    refuses: bool = False  # associates nobody: +CWJAP:4
    silent: bool = False  # never answers: +CWJAP:1 after the time-out
    leases: bool = True  # False: no DHCP answer, the station stays without address
    ipv6: bool = False
    delay: float = 0.0  # seconds to associate
    lease_delay: float = 0.0  # further seconds to get an address
    accounts: dict = dataclasses.field(default_factory=dict)  # WPA2 enterprise: user name -> password
    owner: object = None  # the module whose SoftAP this is

    def accepts(self, password, eap=None):
        """None, or the code a wrong password gives. `eap`: what AT+CWJEAP was told."""
        if self.ecn in (OPEN, OWE):
            return None
        if self.ecn == WPA2_ENTERPRISE:
            return None if eap and self.knows(eap) else REFUSED
        return None if password == self.password else WRONG_PASSWORD

    def knows(self, eap):
        """True if the authentication server lets them in: by certificate or by name and password."""
        if eap["method"] == EAP_TLS:
            return eap["certificate"] is not None
        return eap["username"] in self.accounts and self.accounts[eap["username"]] == eap["password"]

    # what a station asks of it; a SoftAP has more to say (softap.py)

    def admit(self, station):
        """A station wants to associate; False if there is no room."""
        return True

    def lease(self, station, static):
        """The station's (address, gateway). None: the usual ones; False: there is none left. `static`: its own choice."""
        return None

    def dismiss(self, station):
        """The station is gone."""


def neighbourhood():
    """The guide's access point, one of every encryption, and SSIDs that trip parsers."""
    secret = b"1234567890"
    odd = [b'POT",-AL00a', b"comma,comma", b"back\\slash", "Caf\u00e9 \u4e2d\u6587".encode(), b"x" * 32, b' "quoted" ']
    odd.append(b"+CWLAP:(3,")
    points = [AccessPoint(b"espressif", secret, rssi=-41, wps=1)]
    names = ["open", "wep", "wpa", "wpa2", "wpa-wpa2", "enterprise", "wpa3", "wpa2-wpa3", "wapi", "owe"]
    for ecn, name in enumerate(names):
        password = {OPEN: b"", OWE: b"", WEP: b"12345"}.get(ecn, secret)
        cipher = {OPEN: NONE, WEP: 1, WPA: TKIP, WPA_WPA2: TKIP_CCMP}.get(ecn, CCMP)
        points.append(AccessPoint(name.encode(), password, ecn, pairwise=cipher, group=cipher, rssi=-55 - ecn))
    points += [AccessPoint(ssid, secret, rssi=-65 - at) for at, ssid in enumerate(odd)]
    points.append(AccessPoint(b"hidden", secret, hidden=True, rssi=-80))
    for at, point in enumerate(points):
        point.bssid = f"02:00:5e:10:00:{at:02x}"
        point.channel = (1, 6, 11)[at % 3]
    return points


class Air:
    """What surrounds the modules: access points, a name server, an address per station."""

    def __init__(self, access_points=None):
        self.access_points = neighbourhood() if access_points is None else list(access_points)
        self.names = {}  # host name -> address, asked before the system's resolver
        self.routes = {}  # (address, port) or address as a module says it -> where it really leads
        self.dns_down = False
        self.dead = set()  # addresses nothing answers from
        self.connect_timeout = 5.0  # seconds a TCP connection is tried for
        self.second = 1.0  # real seconds that a second of joining takes: time-outs, the pause before it is tried again
        self.scan_time = 0.0  # seconds AT+CWLAP takes
        self.lock = threading.RLock()
        self.modules = []
        self.macs = 0
        self.subnet = None
        self.claim = None
        self.taken = {}  # station address -> module

    # access points

    def add(self, ssid, password=b"1234567890", **fields):
        """A new access point; str is UTF-8."""
        ssid = ssid.encode() if isinstance(ssid, str) else ssid
        password = password.encode() if isinstance(password, str) else password
        fields.setdefault("bssid", f"02:00:5e:20:00:{len(self.access_points):02x}")
        point = AccessPoint(ssid, password, **fields)
        self.access_points.append(point)
        return point

    def find(self, ssid):
        """The access point of this name that is on, the strongest first; None if there is none."""
        ssid = ssid.encode() if isinstance(ssid, str) else ssid
        found = [point for point in self.access_points if point.on and point.ssid == ssid]
        return max(found, key=lambda point: point.rssi, default=None)

    def switch(self, ssid, on):
        """Power of an access point: off, all its stations lose it."""
        ssid = ssid.encode() if isinstance(ssid, str) else ssid
        for point in self.access_points:
            if point.ssid == ssid:
                point.on = on
                if not on:
                    self.kick(point)

    def kick(self, point=None):
        """An access point (or all) throws its stations out; those set to reconnect will."""
        self._tell_all("kicked", point)

    def _tell_all(self, event, *args):
        with self.lock:
            modules = list(self.modules)
        for module in modules:
            module.loop.call_soon_threadsafe(module.tell, event, *args)

    # provisioning

    def smartconfig(self, ssid, password=b"", kind="ESPTOUCH", reserved=b"", key=b""):
        """A phone sends an access point's name and password to whoever listens (AT+CWSTARTSMART).

        kind: "ESPTOUCH", "AIRKISS" or "ESPTOUCH_V2"; the last may carry `reserved` data and be encrypted with `key`.
        """
        texts = [text.encode() if isinstance(text, str) else text for text in (ssid, password, reserved, key)]
        self._tell_all("smartconfig_heard", kind, *texts)

    def push_button(self, ssid):
        """Somebody presses the WPS button of an access point."""
        point = self.find(ssid)
        if point and point.wps:
            self._tell_all("button_pushed", point)

    # modules

    def enter(self, module):
        """A module is switched on here; it gets a number, which its MAC address shows."""
        with self.lock:
            self.modules.append(module)
            self.macs += 1
            module.number = self.macs

    def leave(self, module):
        with self.lock:
            if module in self.modules:
                self.modules.remove(module)
            if not self.modules and self.claim:
                self.claim.close()
                self.claim = self.subnet = None

    # addresses

    def lease(self, module):
        """An address for a station: its own loopback address where the system has them, else 127.0.0.1."""
        with self.lock:
            if self.subnet is None:
                self._claim_subnet()
            if self.subnet == 0:
                return "127.0.0.1"
            for host in range(2, 255):
                address = f"127.0.{self.subnet}.{host}"
                if self.taken.get(address, module) is module:
                    self.taken[address] = module
                    return address
        raise RuntimeError("no station address left")

    def release(self, module):
        with self.lock:
            self.taken = {address: owner for address, owner in self.taken.items() if owner is not module}

    @property
    def gateway(self):
        return f"127.0.{self.subnet}.1" if self.subnet else "127.0.0.1"

    def _claim_subnet(self):
        first = os.getpid() * 7
        for step in range(254):
            number = (first + step) % 254 + 1
            claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                claim.bind((f"127.0.{number}.1", CLAIM_PORT))
            except OSError:
                claim.close()
                continue
            self.claim, self.subnet = claim, number
            return
        self.subnet = 0

    # names

    def known(self, name):
        """The address the air's own table gives for a name, None if it has none."""
        return self.names.get(name) or self.names.get(name.lower())

    def route(self, address, port):
        """Where a module's (address, port) really leads."""
        return self.routes.get((address, port)) or (self.routes.get(address, address), port)

    def unroute(self, address, port):
        """What a module calls the sender (address, port): the reverse of route()."""
        for known, real in list(self.routes.items()):
            if real == (address, port):
                return known
            if real == address:
                return known, port
        return address, port

    def unreachable(self, address):
        return address in self.dead
