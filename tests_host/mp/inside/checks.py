"""What tests that run on every interpreter may use beside `assert`. Imported on CPython and MicroPython alike."""

import gc
import sys

import micropython

ON_MICROPYTHON = sys.implementation.name == "micropython"


class Skip(Exception):
    """Raised by skip(); the runner reports the reason."""


def skip(reason):
    """End this test without a verdict; reason: a sentence for the test report."""
    raise Skip(reason)


def raises(kind, fn, *args, **kwargs):
    """Call fn(*args, **kwargs), which must raise `kind`; gives the exception for a closer look."""
    try:
        value = fn(*args, **kwargs)
    except kind as e:
        return e
    raise AssertionError("%s was not raised; the call gave %r" % (kind.__name__, value))


def nogc(fn):
    """Run fn() once to warm it up, then again with the heap locked: fails when it allocates; gives fn's value.

    Bind what fn uses before (a new global or a first call may allocate once). On CPython it merely runs twice.
    """
    fn()
    gc.collect()
    micropython.heap_lock()
    try:
        value = fn()
    except MemoryError:
        value = MemoryError
    finally:
        micropython.heap_unlock()
    if value is MemoryError:
        raise AssertionError("allocates: %d bytes a call" % allocated(fn))
    return value


def allocated(fn):
    """How many bytes of heap a call of fn takes (0 on CPython, which cannot tell)."""
    if not ON_MICROPYTHON:
        fn()
        return 0
    gc.collect()
    gc.disable()
    try:
        before = gc.mem_alloc()
        fn()
        return gc.mem_alloc() - before
    finally:
        gc.enable()
