"""The guide's worked examples of Bluetooth LE, classic Bluetooth and sleep with Bluetooth, spoken word by word."""
import contextlib
import json
import pathlib
import re

import pytest
from sim.ble_tools import BleHost, Phone, User, open_serial, play_to, quick_air

DATA = json.loads((pathlib.Path(__file__).parents[1] / "data" / "ble_scenarios.json").read_text())["scenarios"]
STRANGERS = [  # (address, random, rssi, advertising data) of the devices in the guide's scans
    ("5b:3b:6c:51:90:49", True, -87, "02011a020a0c0aff4c001005071c3024dc"),
    ("c4:5b:be:93:ec:66", False, -84, "0201060303111809095647543147572d58020a03"),
    ("45:03:cb:ac:aa:a0", True, -62, "0201060aff4c001005441c61df7d"),
]
SEEN = [("10:f6:05:f9:bc:4f", "realme V11 5G", -34), ("ac:d6:18:47:0c:ae", "", -72)]  # in its discovery
KEYS = re.compile(rb"\+BLESECNTFYKEY:0,(\d{6})")


class Play:
    """One scenario on stage."""

    def __init__(self, script, make, stack):
        self.air = quick_air()
        self.script = script
        self.stack = stack
        self.key = "KEY"
        self.names = {}
        self.hosts = {}
        for role in script["modules"]:
            host = BleHost(make(air=self.air))
            stack.callback(host.close)
            self.hosts[role] = host
            self.names[role.upper()] = host.address
        self.phone = self.serial = None
        if "phone" in script:
            self.names["PHONE"] = script["phone"]
            self.phone = self._phone(address=script["phone"], random=script.get("random", False), user=User())
        if "strangers" in script:
            wanted = str(script)
            for address, random, rssi, data in STRANGERS:
                if address in wanted:
                    self._phone(address=address, random=random, rssi=rssi).advertise(bytes.fromhex(data))
        if "seekers" in script:
            for address, name, rssi in SEEN:
                self._phone(address=address, name=name, rssi=rssi)

    def _phone(self, **options):
        return self.stack.enter_context(Phone(self.air, **options))

    def fill(self, text):
        for name, value in self.names.items():
            text = text.replace(name, value)
        return re.sub(r",KEY$", "," + self.key, text)

    def run(self):
        for number, step in enumerate(self.script["steps"]):
            try:
                (self.phone_step if "phone" in step else self.module_step)(step)
            except AssertionError as error:
                raise AssertionError(f"step {number} {step}: {error}") from error
        for host in self.hosts.values():
            assert host.silent(0.02) == b""

    def module_step(self, step):
        host = self.hosts[step["on"]]
        if "say" in step:
            self.strength(step)
            host.write(self.fill(step["say"]).encode() + b"\r\n")
        for kind in ("input", "raw"):
            if kind in step:
                host.write(step[kind].encode("latin-1"))
        if "found" in step:
            self.rows(host, step["found"], b"\r\nOK\r\n")
        else:
            self.lines(host, step.get("answer", []) + step.get("sees", []))
        if "rows" in step:
            self.rows(host, step["rows"], step["after"].encode() + b"\r\n")
        if "arrives" in step:
            assert host.exactly(len(step["arrives"])) == step["arrives"].encode()
        if "leave" in step:
            host.leave()

    def strength(self, step):
        """The server is received as strongly as the guide's rows say."""
        for row in step.get("rows", []) + step.get("found", []):
            if "SERVER" in row:
                server = self.hosts["server"].sim
                server.module.radio.stack.controller.rssi = int(re.search(r",(-\d+)", row)[1])

    def lines(self, host, wanted):
        for line in wanted:
            if line == ">":
                assert host.read(b">").strip(b"\r\n") == b">"
                continue
            expected = self.fill(line).encode("latin-1")
            if expected.startswith(b"+BLESECNTFYKEY"):
                got = host.line()
                self.key = KEYS.fullmatch(got)[1].decode()
            elif b"\0" in expected or b"\x02" in expected:  # raw values
                assert host.read(expected + b"\r\n").strip(b"\r\n") == expected
            else:
                assert host.line() == expected

    def rows(self, host, wanted, end):
        """The different rows up to `end`."""
        text = host.read(end, timeout=10)
        got = {row for row in text.decode().split("\r\n") if row.startswith(("+BLESCAN:", "+BTSTARTDISC:"))}
        assert got == {self.fill(row) for row in wanted}

    # the phone

    def phone_step(self, step):
        phone, value = self.phone, step.get("value")
        match step["phone"]:
            case "connect":
                self.link = phone.connect(self.names["SERVER"])
            case "subscribe":
                phone.discover(self.link)
                phone.subscribe(self.link, int(step["uuid"], 16))
            case "write":
                phone.write(self.link, int(step["uuid"], 16), value.encode())
            case "received":
                assert phone.wait_for(1)[0][1] == value.encode()
            case "pair":
                self.pairing = phone.pair(self.link)
            case "paired":
                self.pairing.result(5)
            case "number":
                self.key = f"{phone.user.wait_for_number():06d}"
            case "parameters":
                interval, latency, timeout = value
                phone.call(self.link.update_parameters, interval * 1.25, interval * 1.25, latency, timeout * 10.0)
            case "serial":
                self.opening = open_serial(phone, self.names["SLAVE"])
            case "send":
                self.opening.result(5).send(value.encode())
            case "heard":
                self.opening.result(5).wait(value.encode())
            case "play":
                self.stream, self.remote = play_to(phone, self.names["SLAVE"])
            case "keys":
                assert self.remote.keys == value
            case other:
                raise AssertionError(f"the phone cannot {other}")


@pytest.mark.parametrize("section", DATA)
def test_scenario(make, section):
    with contextlib.ExitStack() as stack:
        Play(DATA[section], make, stack).run()


def test_all_scenarios_are_here():
    assert len([name for name in DATA if name.startswith(("4.3.", "4.9."))]) == 12
    assert {"4.10.4", "4.10.5", "4.10.6", "4.10.7"} <= set(DATA)
