"""All typed calls of unit/t_at_*.py, spoken to a simulated module: what it takes and refuses, and that it is ready again."""

import os
import sys

import high
from espat.errors import AtAnswer, AtError, AtRefused
from high import modem

UNIT = os.path.join(os.path.dirname(__file__), "..", "..", "unit")
sys.path.append(UNIT)
# they restart the module, let it sleep, or leave it in a state in which nothing else is answered: their own tests have them
APART = ("+RST", "+RESTORE", "+GSLP", "+SLEEP=2", "+CWSTARTSMART", "+WPS=1", "E1", "+USERWKMCUCFG=1",
         "+SYSROLLBACK", "+SYSLOG=0")  # fmt: skip


def rows():
    """(call, text) of every row, but those that pretend to be of ESP8266 NonOS."""
    for name in sorted(os.listdir(UNIT)):
        if name.startswith("t_at_") and name.endswith(".py"):
            for title, value in vars(__import__(name[:-3])).items():
                if isinstance(value, tuple) and value and isinstance(value[0], tuple) and "NONOS" not in title:
                    yield from (row[:2] for row in value if len(row) == 4 and callable(row[0]) and isinstance(row[1], bytes))


def speak(also=()):
    """({commands taken}, {command: error of a refusal}); a ValueError or TypeError, with which nothing is sent, is neither.

    also: texts that do begin as those in APART.
    """
    taken, refused = set(), {}
    for call, text in rows():
        if any(text.startswith(word.encode()) for word in APART) and str(text, "latin-1") not in also:
            continue
        name = str(text, "latin-1").split("=")[0].split("?")[0]
        if name in refused and len(text) > len(name) + 1:
            continue  # refused once is enough, but every query is asked
        try:
            call(modem)
            taken.add(name)
        except AtAnswer:
            taken.add(name)  # answered, but not as the row's example is
        except AtRefused as error:
            refused[str(error.command, "latin-1").split("=")[0].split("?")[0]] = error
        except AtError as error:
            raise AssertionError("%r: %r" % (text, error)) from error
        except (ValueError, TypeError):
            pass
        finally:
            vars(modem).pop("has", None)  # some rows pretend to know another firmware
        high.ready()
    return taken, refused
