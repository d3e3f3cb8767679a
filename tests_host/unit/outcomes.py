"""The engine's phases and outcomes by name; in lib/ they are private constants of each file (rules/test_constants.py)."""

IDLE = 0
PROMPT = 2
DATA = 3
OK = 1
REFUSED = 2
BUSY = 3
TIMEOUT = 4
RESET = 5
