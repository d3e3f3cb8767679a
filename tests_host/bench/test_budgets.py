"""What is exact of the benchmark: commands and bytes of the heap for so many bytes, over a module in memory."""

import pytest

from bench import prices
from mp import host

_COUNT = """
import gc
gc.collect()
gc.disable()
port = next(job)
asked, told, heap = (port.asked, port.told, 0) if port else (0, 0, 0)
heap = gc.mem_alloc()
for _ in range(ROUNDS): port = next(job)
heap = gc.mem_alloc() - heap
print(*(port.asked - asked, port.told - told) if port else (0, 0), heap)
"""
# a round: 4096 bytes; ask: four small writes and an answer. (AT+CIPRECVDATA, AT+CIPSEND) a round
COMMANDS = {"parser": (0, 0), "receive": (1, 0), "send": (0, 2), "ask": (1, 1)}
ROUNDS = 40


@pytest.mark.parametrize("interpreter", ["mp64", "mp32"])
@pytest.mark.parametrize("mode", COMMANDS)
def test_commands_and_heap(tmp_path, mode, interpreter):
    reason = host.why_missing(interpreter)
    if reason:
        pytest.skip(reason)
    script = tmp_path / "program.py"
    script.write_text(prices.program(mode, ROUNDS) + _COUNT)
    done = host.run(interpreter, script)
    assert done.returncode == 0, done.output
    asked, told, heap = map(int, done.output.split())
    assert (asked, told) == tuple(ROUNDS * n for n in COMMANDS[mode])
    assert heap == 0
