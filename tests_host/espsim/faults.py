"""The place where scripted trouble attaches: bytes on their way and commands about to run.

A script is a JSON list of rules, each used once unless it says "times":
    {"on": "to_host",   "at": 120, "drop": 3}        lose 3 bytes beginning with byte 120 of that direction
    {"on": "to_module", "at": 10, "insert": "\\u0000"} put bytes (latin-1) in front of byte 10
    {"on": "command", "match": "AT+CIPSEND", "do": "restart" | "error" | "busy"}
"""
import json


class Faults:
    """Applies rules. Replace `to_host`, `to_module` or `command` of an instance for anything finer."""

    def __init__(self, rules=()):
        self.rules = [dict(rule) for rule in rules]
        self.passed = {"to_host": 0, "to_module": 0}

    @classmethod
    def load(cls, path):
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file))

    def to_host(self, data):
        return self._bytes("to_host", data)

    def to_module(self, data):
        return self._bytes("to_module", data)

    def _bytes(self, way, data):
        start = self.passed[way]
        self.passed[way] = start + len(data)
        if not self.rules:
            return data
        due = [rule for rule in self.rules if rule["on"] == way and start <= rule["at"] < start + len(data)]
        for rule in sorted(due, key=lambda rule: -rule["at"]):
            at = rule["at"] - start
            data = data[:at] + rule.get("insert", "").encode("latin-1") + data[at + rule.get("drop", 0) :]
            self.rules.remove(rule)
        return data

    def command(self, text):
        """What to do instead of the command line `text`: None, "restart", "error" or "busy"."""
        for rule in self.rules:
            if rule["on"] == "command" and rule["match"].encode("latin-1") in text:
                rule["times"] = rule.get("times", 1) - 1
                if rule["times"] <= 0:
                    self.rules.remove(rule)
                return rule["do"]
        return None
