"""Every fault of the matrix, with the behaviour of real modules it stands for.

strikes: what offsets mean for it: bytes "to_host" or "to_module", "message" (one write of the module), "command", or
"time". rule: the rule's rest, see espsim/faults.py. source: number in reference/real-log-lessons.md, or a thread that
reference/peers-asks.md names. changes: the bytes of a payload may be other bytes of the same number afterwards, which
nothing but a checksum above can tell. ends: the module says that the peer has closed, and nothing tells that from an
end that the peer meant. seconds: how long the trouble lasts, the time included that docs/recovery.md promises.
"""

import dataclasses

STUCK, HUNG = 45.0, 25.0  # seconds until a module that is busy, or dumb, for ever has been restarted


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    strikes: str
    source: str
    rule: dict
    changes: bool = False
    ends: bool = False
    seconds: float = 0.0

    def rules(self, at):
        return [{"on": self.strikes, "at": at, **self.rule}]


def _wires():
    """Bytes lost, doubled, changed, added on the way, late bytes, silence; in both directions."""
    for way in ("to_host", "to_module"):
        back = "host" if way == "to_host" else "module"
        yield Fault(f"drop-1-{back}", way, "67, micropython#6999", {"do": "drop"})
        yield Fault(f"drop-9-{back}", way, "67, esp-at#444", {"do": "drop", "n": 9})
        yield Fault(f"overflow-{back}", way, "throughput.md 5, Prusa-Firmware-Buddy#1604", {"do": "overflow", "n": 200})
        yield Fault(f"double-{back}", way, "66, 67", {"do": "double"}, changes=True)
        yield Fault(f"flip-{back}", way, "67, esp8266/Arduino#2512", {"do": "flip", "mask": 0x10}, changes=True)
        yield Fault(f"noise-{back}", way, "59, esp-at#109", {"do": "noise", "n": 4}, changes=True)
        yield Fault(f"hold-{back}", way, "68, esp-at#649", {"do": "hold", "seconds": 2.5}, seconds=2.5)
        yield Fault(f"mute-{back}", way, "ESP_ATcontrol#24, 68", {"do": "mute", "seconds": 2.0}, seconds=2.0)
    yield Fault("nul-host", "to_host", "6", {"do": "insert", "text": "\0"}, changes=True)
    yield Fault("report-inside", "to_host", "19, 31, 33", {"do": "insert", "text": "1,CONNECT\r\n"}, changes=True)
    yield Fault("crlf-module", "to_module", "8, 14, WE23", {"do": "insert", "text": "\r\n"}, changes=True)


def _messages():
    def say(name, source, ends=False, lasts=0.0, **rule):
        return Fault(name, "message", source, rule, ends=ends, seconds=lasts or rule.get("seconds", 0.0))

    yield say("lose-message", "32, lwesp#46, 27", do="lose")
    yield say("double-message", "23, 57, NS60", do="twice")
    yield say("late-message", "62, esp-at#388", do="hold", seconds=7.0)
    yield say("very-late-message", "esp-at#649, esp-at#409", do="hold", seconds=35.0, lasts=45.0)
    yield say("busy-before", "11, 14, esp-at#731", do="before", text="ERR CODE:0x010b0000\r\n\r\nbusy p...\r\n")
    yield say("busy-after", "12, 15", do="after", text="\r\nbusy s...\r\n")
    yield say("report-before", "19, 31, 33", do="before", text="\r\n+STA_DISCONNECTED:\"aa:bb:cc:dd:ee:ff\"\r\n")
    yield say("log-line-after", "65, 34, esp-at#384", do="after", text="D (13291) nvs: nvs_set sta.ap\r\n")
    yield say("ok-before", "23, mbed-os#11544", do="before", text="\r\nOK\r\n")
    yield say("ok-after", "12, 23", do="after", text="\r\nOK\r\n")
    yield say("error-after", "12, 41", do="after", text="\r\nERROR\r\n")
    yield say("send-fail-before", "23, 24, NS60", do="before", text="\r\nSEND FAIL\r\n")
    yield say("closed-other", "41, 21, WE94", True, do="before", text="4,CLOSED\r\n")
    yield say("closed-own", "20, 21, esp-at#623", True, do="before", text="0,CLOSED\r\n")
    yield say("connect-stray", "42, 43", do="after", text="3,CONNECT\r\n")
    yield say("notice-stray", "33, 36, 39", do="before", text="\r\n+IPD,0,444\r\n")
    yield say("prompt-stray", "19, esp-at#410", do="after", text="\r\n>")


def _commands():
    def meet(name, source, lasts=0.0, **rule):
        return Fault(name, "command", source, rule, seconds=lasts or rule.get("seconds", 0.0))

    yield meet("busy", "12, 13", do="busy")
    yield meet("busy-storm", "14, esp-at#101", do="busy", times=6)
    yield meet("busy-executed", "11, 12, esp-at#993", do="busy_executed")
    yield meet("error", "67, 77, ESP_ATcontrol#24", do="error")
    yield meet("no-answer", "18, 27, 64", do="silent")
    yield meet("no-answers", "64, mbed-os#12721", do="silent", times=5)
    yield meet("late-command", "62, esp-at#743", do="late", seconds=20.0)
    yield meet("restart-in-command", "63", do="restart", how="watchdog")
    yield meet("stuck", "17, NS184", STUCK, do="stuck")
    yield meet("stuck-hard", "17, esp-at#880", STUCK, do="stuck", hard=True)


def _times():
    def when(name, source, lasts=0.0, ends=False, **rule):
        return Fault(name, "time", source, rule, ends=ends, seconds=lasts or rule.get("seconds", 0.0))

    yield when("power-cut", "52, 62", do="restart", how="power")
    yield when("watchdog", "63, WiFiEsp#29", do="restart", how="watchdog")
    yield when("crash", "63, EA242", do="restart", how="crash")
    yield when("hang", "ESP32SPI#102, 17", HUNG, do="hang")
    yield when("ap-off", "47, 51", do="ap_off", seconds=3.0)
    yield when("kick", "47, 58", do="kick", seconds=1.0)
    yield when("no-lease", "51, esp-at#479", do="no_lease", seconds=5.0)
    yield when("dns-down", "44, esp8266-driver#74", do="dns_down", seconds=4.0)
    yield when("peer-stall", "esp-at#409", do="peer_stall", seconds=4.0)
    yield when("peer-rst", "22, micropython#3449", ends=True, do="peer_rst")
    yield when("peer-fin", "20, zephyr#52702", ends=True, do="peer_fin")
    yield when("links-vanish", "32, 41, NS124", do="lose_links")
    yield when("other-rate", "59, data-phases.md 7", do="baud", rate=9600)


ALL = {fault.name: fault for fault in [*_wires(), *_messages(), *_commands(), *_times()]}
