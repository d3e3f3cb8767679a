"""An emulated Raspberry Pi Pico that runs real MicroPython firmware; see README.md."""

from .pico import Lockstep, Pico, PicoError, Reply, Result, ScriptError, TimeLimit
from .prepare import Unavailable, prepare

__all__ = ["Lockstep", "Pico", "PicoError", "Reply", "Result", "ScriptError", "TimeLimit", "Unavailable", "prepare"]
