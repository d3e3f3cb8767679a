"""Scripted trouble: when it strikes, and what it does to the bytes, the messages, the commands, the module, its network.

A script is a list of rules (JSON for --script). A rule strikes once unless it says "times" (0: always); one with
"until": "restart" is forgotten when the module restarts. See faults_actions.py for what it can "do".

    {"on": "to_host",   "at": 120, "drop": 3}            byte 120 of that direction, counted from arm() on
    {"on": "to_module", "match": "SEND", "do": "flip"}   the first byte behind this text
    {"on": "message",   "match": "+IPD", "do": "lose"}   what the module writes in one go; "at": its number
    {"on": "command",   "match": "AT+CIPSEND", "do": "busy"}      "at": its number
    {"on": "time",      "at": 2.5, "do": "restart"}      seconds after arm()
"""
import json
import random

from . import faults_actions as actions

WAYS = ("to_host", "to_module")


class Faults:
    """Applies rules. Replace `to_host`, `to_module` or `before` of an instance for anything finer.

    struck: [(seconds since arm(), action)] so far. host_baud: rate of the host's UART where it is known (None:
    always the module's); bytes sent at another rate arrive as garbage. actors: {action: function(rule)} for what
    happens elsewhere, at a peer for instance, in place of espsim's own.
    """

    def __init__(self, rules=(), seed=1):
        self.rules = []
        self.module = None
        self.host_baud = None
        self.actors = {}
        self.random = random.Random(seed)
        self.holding = dict.fromkeys(WAYS)  # bytes kept back, None: nothing is kept back
        self.muted = dict.fromkeys(WAYS, 0.0)  # until when everything is lost
        self.timers = []
        self.arm(*rules)

    @classmethod
    def load(cls, path):
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file))

    def bind(self, module):
        """Called by the module this belongs to."""
        self.module = module

    def arm(self, *rules):
        """From now on these rules, and nothing else; offsets and numbers count from here."""
        self.disarm()
        self.rules = [dict(rule) for rule in rules]
        self.passed = dict.fromkeys((*WAYS, "message", "command"), 0)
        self.tails = dict.fromkeys(WAYS, b"")
        self.struck = []
        self.armed_at = self._now()
        if self.module and self.module.loop:
            self._start_timers()

    def disarm(self):
        self.rules = []
        for timer in self.timers:
            timer.cancel()
        self.timers = []

    def started(self):
        """Called by the module when it has booted."""
        self.rules = [rule for rule in self.rules if rule.get("until") != "restart"]
        self.muted = dict.fromkeys(WAYS, 0.0)
        if self.module.loop and not self.timers:
            self._start_timers()

    def _start_timers(self):
        for rule in self.rules:
            if rule["on"] == "time":
                self.timers.append(self.module.loop.call_later(rule["at"], self._strike_later, rule))

    def _strike_later(self, rule):
        if rule in self.rules and self._due(rule):
            actions.on_module(self, rule)

    def _now(self):
        return self.module.loop.time() if self.module and self.module.loop else 0.0

    def _due(self, rule):
        """Count this strike; True when there is one."""
        self.struck.append((self._now() - self.armed_at, rule.get("do", "bytes")))
        rule["times"] = rule.get("times", 1) - 1
        if rule["times"] == 0:
            self.rules.remove(rule)
        return True

    def forget(self, rule):
        if rule in self.rules:
            self.rules.remove(rule)

    def _of(self, kind):
        return [rule for rule in self.rules if rule["on"] == kind]

    # bytes

    def to_host(self, data):
        """What leaves of a message the module writes."""
        for rule in self._of("message"):
            if self._is_meant(rule, "message", data) and self._due(rule):
                data = actions.on_message(self, rule, data)
        self.passed["message"] += 1
        return self._pass("to_host", data)

    def to_module(self, data):
        """What arrives of bytes the host writes."""
        return self._pass("to_module", data)

    def _pass(self, way, data):
        end = self.passed[way] + len(data)
        if self.rules:
            data = self._strike_bytes(way, data)
        self.passed[way] = end
        return self._out(way, data)

    def _strike_bytes(self, way, data):
        places = [(self._place(rule, way, data), rule) for rule in self._of(way)]
        for at, rule in sorted(((at, rule) for at, rule in places if at is not None), key=lambda place: -place[0]):
            self._due(rule)
            data = actions.on_bytes(self, rule, way, data, at)
        self.tails[way] = (self.tails[way] + data)[-64:]
        return data

    def _place(self, rule, way, data):
        """The offset in data at which the rule strikes, None: not here."""
        if "match" in rule:
            found = (self.tails[way] + data).find(rule["match"].encode("latin-1"))
            at = found + len(rule["match"]) - len(self.tails[way]) + rule.get("at", 0)
            return at if found >= 0 and 0 <= at < len(data) else None
        at = rule["at"] - self.passed[way]
        return at if 0 <= at < len(data) else None

    def _out(self, way, data):
        if self.holding[way] is not None:
            self.holding[way] += data
            return b""
        if self.muted[way] and self._now() < self.muted[way]:
            return b""
        if self.host_baud and self.module and self.host_baud != self.module.uart.setting.baud:
            return self.random.randbytes(len(data))  # neither side finds the other's start bits
        return data

    def hold(self, way, seconds):
        """Keep back what goes this way, and let it go together later."""
        if self.holding[way] is None:
            self.holding[way] = b""
            self.module.loop.call_later(seconds, self._release, way)

    def _release(self, way):
        data, self.holding[way] = self.holding[way], None
        data = self._out(way, data)
        line = self.module.uart
        if data:
            (line.transmit if way == "to_host" else line.receive)(data)

    def mute(self, seconds, *ways):
        """Lose everything for so long (0: until the module restarts)."""
        for way in ways or WAYS:
            self.muted[way] = self._now() + (seconds or 1e9)

    # commands

    def _is_meant(self, rule, kind, text):
        if "at" in rule and "match" not in rule and rule["at"] != self.passed[kind]:
            return False
        return "match" not in rule or rule["match"].encode("latin-1") in text

    async def before(self, text):
        """Called before a command line is executed; its final result, or None to go on as usual."""
        number = self.passed["command"]
        for rule in self._of("command"):
            if self._is_meant(rule, "command", text) and self._due(rule):
                self.passed["command"] = number + 1
                return await actions.on_command(self, rule, text)
        self.passed["command"] = number + 1
        return None

    def later(self, seconds, function, *args):
        """Call something on the module's loop; a restart does not prevent it."""
        self.module.loop.call_later(seconds, function, *args)
