"""What stands in for turn.py: on boards without threads nobody has to wait for a turn; CPython has a lock of its own."""

get_ident = bool  # False for everyone; a type called without arguments is the shortest way to say it
owner = (False,)


class _Turn:
    __enter__ = bool

    def __exit__(self, kind, error, n):
        pass

    def wait(self, port):
        """See turn.py."""
        port.wait(5)


try:
    from _thread import RLock, get_ident

    from espat import rlock

    _Turn, owner = rlock.make(RLock, get_ident)
except ImportError:
    pass
turn = _Turn()
