"""Imports modules one by one and prints what each left on the heap: weigh.py NAME...

Lines of `bytes NAME`; before them the heap's use at the start, after them the names of all espat modules then loaded.
"""

import gc
import sys


def weigh(names):
    used = []  # grown before anything is measured
    for _ in names:
        used.append(0)
    gc.collect()
    start = before = gc.mem_alloc()
    for i in range(len(names)):
        __import__(names[i])
        gc.collect()
        now = gc.mem_alloc()
        used[i] = now - before
        before = now
    return start, used


names = sys.argv[1:]
start, used = weigh(names)
print("start", start)
for name, size in zip(names, used):
    print("bytes", name, size)
print("loaded", " ".join(sorted(m for m in sys.modules if m.startswith("espat"))))
