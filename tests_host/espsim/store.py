"""The module's flash: what survives a restart, and with a state file also the end of the program.

Sections are independent dictionaries: "nvs" (settings, erased by AT+RESTORE), others belong to the groups that
need them ("mfg", "fs", ...).
"""
import json
import os


def _encode(value):
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": bytes(value).decode("latin-1")}
    raise TypeError(f"cannot be kept in flash: {type(value).__name__}")


def _decode(value):
    return value["bytes"].encode("latin-1") if set(value) == {"bytes"} else value


class Store:
    """Sections of key to value (numbers, strings, bytes, lists), written to `path` at every change."""

    def __init__(self, path=None):
        self.path = path
        self.sections = {}
        if path and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.sections = json.load(file, object_hook=_decode)

    def section(self, name):
        return self.sections.setdefault(name, {})

    def get(self, key, default=None, section="nvs"):
        return self.section(section).get(key, default)

    def put(self, key, value, section="nvs"):
        self.section(section)[key] = value
        self.flush()

    def forget(self, key, section="nvs"):
        self.section(section).pop(key, None)
        self.flush()

    def erase(self, section="nvs"):
        self.sections[section] = {}
        self.flush()

    def flush(self):
        """Write the state file whole, so that a killed program leaves the old or the new one."""
        if not self.path:
            return
        fresh = f"{self.path}.new"
        with open(fresh, "w", encoding="utf-8") as file:
            json.dump(self.sections, file, indent=1, default=_encode)
        os.replace(fresh, self.path)
