"""MicroPython's `micropython` module for CPython, as far as the library and its tests use it."""


def const(value):
    return value


def schedule(fn, arg):
    fn(arg)


def heap_lock():
    pass


def heap_unlock():
    return 0


def alloc_emergency_exception_buf(size):
    pass


def native(fn):
    return fn


def viper(fn):
    return fn
