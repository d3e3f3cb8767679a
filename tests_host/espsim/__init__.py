"""espsim: a simulated ESP-AT module on real sockets. Run it with `python3 -m espsim`, or use Sim in a test."""
from .air import AccessPoint, Air
from .profile import PROFILES, Profile
from .sim import Sim, build

__all__ = ["PROFILES", "AccessPoint", "Air", "Profile", "Sim", "build"]
