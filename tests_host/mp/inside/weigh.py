"""Imports modules one by one and prints what each left on the heap: weigh.py NAME...

Lines of `bytes NAME`; before them the heap's use at the start, after them the names of all espat modules then loaded.
"""

import gc
import sys


def count(args):
    # every name here is one that the interpreter has in ROM: names cost RAM too
    values = []  # grown before anything is measured
    for _ in args:
        values.append(0)
    gc.collect()
    start = stop = gc.mem_alloc()
    for i in range(len(args)):
        __import__(args[i])
        gc.collect()
        end = gc.mem_alloc()
        values[i] = end - stop
        stop = end
    return start, values


args = sys.argv[1:]
start, values = count(args)
print("start", start)
for key, value in zip(args, values):
    print("bytes", key, value)
print("loaded", " ".join(sorted(key for key in sys.modules if key.startswith("espat"))))
