"""What a byte costs beside its time on the line: cycles on the Pico, instructions here, heap by what is imported."""

import pathlib
import re
import shutil
import subprocess
import tempfile

from mp import host
from rules import ledger

INSIDE = pathlib.Path(__file__).with_name("inside.py")
MODES = {"parser": "parser alone, 512 bytes a piece", "receive": "receive: AT+CIPRECVDATA to recv_into()",
         "send": "send: write() to AT+CIPSEND"}  # fmt: skip
_ROUND = 4096
_CYCLES = """
import gc, machine
M = machine.mem32
def measure():
    gc.collect()
    heap, t = gc.mem_alloc(), M[0x30000000]
    for _ in range(ROUNDS): next(job)
    print("FIGURE", 4096 * ROUNDS, 1, (M[0x30000000] - t) & 0x3FFFFFFF, gc.mem_alloc() - heap, 0)
measure()
"""


def program(mode, rounds):
    """The source of inside.py for this mode."""
    text = INSIDE.read_text()
    return re.sub(r"^MODE, ROUNDS = .*$", f'MODE, ROUNDS = "{mode}", {rounds}', text, flags=re.M)


def _instructions(folder, mode, rounds):
    # a command line of the same length each time: the count depends on it
    script = pathlib.Path(folder) / f"{mode[:3]}{rounds}.py"
    script.write_text(program(mode, rounds) + "for _ in range(ROUNDS): next(job)\n")
    binary = host.executable("mp64")
    words = open(binary).read().split("exec ", 1)[1].replace('"$@"', "").split()
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *words, str(script)],
                          env=host.environment("mp64", [host.LIB]), capture_output=True, text=True, timeout=300)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def rows(pico):
    """(what, cycles a byte on the Pico, instructions a byte here, bytes kept on the heap)."""
    with tempfile.TemporaryDirectory() as folder:
        for mode, name in MODES.items():
            figure = pico.alone('import sys\nsys.path.insert(0, "/lib")\n' + program(mode, 8) + _CYCLES)
            count = "no valgrind here"
            if shutil.which("valgrind"):
                count = "%.1f" % ((_instructions(folder, mode, 4) - _instructions(folder, mode, 2)) / (2 * _ROUND))
            yield name, "%.1f" % (figure.cycles / figure.n), count, "%d B" % figure.heap


def peaks():
    """(profile, heap that its import needs from .mpy, from .py), bytes on the 32-bit port."""
    with tempfile.TemporaryDirectory() as folder:
        scales = ledger.Ledger.__new__(ledger.Ledger)
        scales.compile(pathlib.Path(folder))
        compiled = {name: _smallest(scales, entries) for name, entries in ledger.PROFILES.items()}
        shutil.rmtree(scales.folder)
        shutil.copytree(host.LIB, scales.folder)
        for name, entries in ledger.PROFILES.items():
            yield name, compiled[name], _smallest(scales, entries)


def _smallest(scales, entries, grain=1024):
    low, high = 0, 512 * 1024
    while high - low > grain:
        middle = (low + high) // 2
        low, high = (middle, high) if scales._weigh(entries, heap=str(middle)) is None else (low, middle)
    return high


def heap():
    """(profile, heap after import, .mpy bytes) on the 32-bit port."""
    with tempfile.TemporaryDirectory() as folder:
        scales = ledger.Ledger.__new__(ledger.Ledger)
        scales.compile(pathlib.Path(folder))
        for name, entries in ledger.PROFILES.items():
            found = scales._profile(entries)
            yield name, found["ram"], found["mpy"]
