"""Bluetooth in the simulated module: present if Bumble is installed, asleep until a module switches it on.

Everything that imports Bumble lies in radio_bumble/ and is loaded at the first AT+BLEINIT or AT+BTINIT. Without Bumble
the commands do not exist, as in firmware built without Bluetooth. Command files take `command` and `part` from here.
"""
import importlib
import importlib.util
import threading

from . import command as registry

AVAILABLE = importlib.util.find_spec("bumble") is not None
BLUEDROID = ("ESP32", "ESP32C3")  # the other chips run NimBLE
_lock = threading.Lock()


def command(*names):
    """As command.command, if there is a Bluetooth stack."""
    return registry.command(*names) if AVAILABLE else _nothing


def part(name):
    """As command.part, if there is a Bluetooth stack."""
    return registry.part(name) if AVAILABLE else _nothing


def _nothing(cls):
    return cls


def load(name):
    """A module of radio_bumble/, by name."""
    return importlib.import_module(f"{__package__}.radio_bumble.{name}")


def link_of(air):
    """The radio waves of an Air: one AirLink, made when first asked for."""
    with _lock:
        if not hasattr(air, "radio"):
            air.radio = load("link").AirLink()
        return air.radio


def nimble(m):
    """True if the module's Bluetooth stack is NimBLE, which answers some commands differently."""
    return m.profile.chip not in BLUEDROID


def role(m):
    """The role in which Bluetooth LE is on, 0 when it is off."""
    return getattr(m.ble, "role", 0) if AVAILABLE else 0


def guarded(m, function):
    """The function, with whatever breaks in it noted as a defect of espsim: Bumble would swallow it."""

    def call(*args):
        try:
            return function(*args)
        except Exception:
            m.note_failure()

    return call


def listen(m, emitter, event, function):
    """Have something called when a Bumble object tells of an event."""
    emitter.on(event, guarded(m, function))
