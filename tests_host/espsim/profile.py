"""Firmware lines as data: what each prints, which commands it has, its limits."""
import dataclasses

from .command_history import names_at


@dataclasses.dataclass(frozen=True)
class Profile:
    """One firmware line. Values are the guide's (ESP32, 3.4) unless a profile says otherwise."""

    name: str
    chip: str
    version: tuple  # (major, minor) of the command set
    gmr: tuple  # the lines of AT+GMR
    nonos: bool = False
    absent: frozenset = frozenset()  # commands of this version that this chip or build lacks
    groups: frozenset = frozenset()  # build options beyond the default firmware
    user: frozenset = frozenset()  # commands that whoever built the firmware has added (guide 6.4)

    # framing
    prompt: tuple = (b"\r\nOK\r\n\r\n>", b"")  # one write, or two between which a report may stand
    ipd_tail: bytes = b"\r\n"
    echoes_characters: bool = False
    busy_s: bool = False
    boot_noise: bytes = b""
    errno_line: bool = False  # +ERRNO
    plain_reasons: bool = False  # "link is not valid", "DNS Fail", ... on the command port

    # limits
    rx_ring: int = 2048
    tx_ring: int = 8192
    most_baud: int = 5000000
    ipd_most: int = 2920  # bytes of one +IPD
    send_most: int = 8192
    through_chunk: int = 2920  # passthrough: sent in pieces of
    through_ring: int = 8192  # passthrough: receivable
    links: int = 5
    heap_block: int = 110000  # what a command may ask for in one piece

    # forms that changed between versions
    ipd_quotes: bool = True
    recvlen_idle: int = 0
    jap_fields: int = 9
    tcpopt_values: int = 4
    server_netif: bool = False
    start_timeout: bool = False  # trailing timeout of CIPSTART and CIPDOMAIN
    recv_per_link: bool = True
    domain_quotes: bool = True
    ram_numbers: int = 2
    five_ghz: bool = False  # the radio has both bands, and what is told by band has two fields

    def has(self, name):
        """True if this firmware has the command `name` ("+CIPSTART", "E0", "")."""
        return name in self._names

    @property
    def _names(self):
        return _names_of(self)


_cache = {}


def _names_of(profile):
    key = (profile.version, profile.chip, profile.nonos, profile.absent, profile.groups, profile.user)
    if key not in _cache:
        _cache[key] = names_at(profile.version, profile.chip, profile.nonos, profile.groups) - profile.absent | profile.user
    return _cache[key]


def _gmr(at, sdk, compiled, binary):
    return (f"AT version:{at}", f"SDK version:{sdk}", f"compile time{compiled}", f"Bin version:{binary}")


_RTOS_8266 = {
    "rx_ring": 1024,
    "tx_ring": 2048,
    "most_baud": 4500000,
    "send_most": 2048,
    "through_chunk": 1460,
    "through_ring": 2048,
    "heap_block": 24000,
    "boot_noise": bytes.fromhex("62e2d7869c53626a8c9cc8a4524e9cc8a4524e9c480d0a8c9e828080"),
}
GUIDE_GROUPS = frozenset({"bt", "fs", "ws", "eth", "driver", "webserver", "eap"})

_ALL = [
    Profile(
        name="nonos-1.7",
        chip="ESP8266",
        version=(1, 7),
        nonos=True,
        gmr=(
            "AT version:1.7.4.0(May 11 2020 19:13:04)",
            "SDK version:3.0.4(9532ceb)",
            "compile time:May 27 2020 10:12:17",
            "Bin version(Wroom 02):1.7.4",
        ),
        **_RTOS_8266,
        prompt=(b"\r\nOK\r\n", b"> "),
        ipd_tail=b"",
        ipd_most=1460,
        echoes_characters=True,
        busy_s=True,
        plain_reasons=True,
        ipd_quotes=False,
        jap_fields=5,
        tcpopt_values=3,
        recv_per_link=False,
        domain_quotes=False,
        ram_numbers=1,
    ),
    Profile(
        name="esp8266-2.3",
        chip="ESP8266",
        version=(2, 3),
        gmr=_gmr(
            "2.3.0.0(s-4c9bc0b - ESP8266 - Aug 19 2025 09:24:01)",
            "v3.4-83-g3dc3c8d9",
            "(1c1f0a42):Aug 20 2025 03:40:18",
            "2.3.0(WROOM-02)",
        ),
        **_RTOS_8266,
        tcpopt_values=3,
        recv_per_link=False,
    ),
    Profile(
        name="esp32-2.4",
        chip="ESP32",
        version=(2, 4),
        gmr=_gmr(
            "2.4.0.0(s-4c6eb5e - ESP32 - May 20 2022 03:12:58)",
            "qa-test-v4.3.3-20220423",
            "(1e3a1bd):May 21 2022 08:25:33",
            "2.4.0(WROOM-32)",
        ),
        recv_per_link=False,
        recvlen_idle=-1,
    ),
    Profile(
        name="esp32-3.4",
        chip="ESP32",
        version=(3, 4),
        groups=GUIDE_GROUPS,
        gmr=_gmr(
            "3.4.0.0(s-c31b833 - ESP32 - Jun  7 2024 03:48:17)",
            "v5.0.6-dirty",
            "(70ff5889):Jun  7 2024 04:46:16",
            "v3.4.0.0(WROOM-32)",
        ),
    ),
    Profile(
        name="c3-3.3",
        chip="ESP32C3",
        version=(3, 3),
        gmr=_gmr(
            "3.3.0.0(s-be2bd9b - ESP32C3 - Apr 12 2024 11:12:33)",
            "v5.0.6-dirty",
            "(19c1a9c8):May  9 2024 08:24:21",
            "v3.3.0.0(MINI-1)",
        ),
    ),
    Profile(
        name="c6-4.1",
        chip="ESP32C6",
        version=(4, 1),
        gmr=_gmr(
            "4.1.1.0(s-92f5d9e - ESP32C6 - May 12 2025 06:51:02)",
            "v5.4.1-643-g8ad0d3d8f2",
            "(b9ad8e4c):May 13 2025 11:03:35",
            "v4.1.1.0(ESP32C6-4MB)",
        ),
        server_netif=True,
        start_timeout=True,
    ),
    Profile(
        name="5.0",
        chip="ESP32C61",
        version=(5, 0),
        gmr=_gmr(
            "5.0.0.0(s-3c2a9f1 - ESP32C61 - Nov 14 2025 07:11:40)",
            "v5.5.1-dirty",
            "(7d0e1b6a):Nov 17 2025 02:56:08",
            "v5.0.0.0(ESP32C61-4MB)",
        ),
        server_netif=True,
        start_timeout=True,
        errno_line=True,
    ),
    Profile(
        name="c5-5.0",
        chip="ESP32C5",
        version=(5, 0),
        gmr=_gmr(
            "5.0.0.0(s-3c2a9f1 - ESP32C5 - Nov 14 2025 07:11:12)",
            "v5.5.1-dirty",
            "(7d0e1b6a):Nov 17 2025 02:49:31",
            "v5.0.0.0(ESP32C5-4MB)",
        ),
        server_netif=True,
        start_timeout=True,
        errno_line=True,
        five_ghz=True,
    ),
]
PROFILES = {profile.name: profile for profile in _ALL}
DEFAULT = "esp32-3.4"


def get(name):
    """A Profile by its name, or the one given."""
    return name if isinstance(name, Profile) else PROFILES[name]
