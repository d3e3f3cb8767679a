"""turn.py for CPython, where Ctrl-C may strike behind any call: its own lock for turns within turns knows how to be safe."""

from espat.ticks import sleep_ms


def make(RLock, get_ident):
    """(the class, owner) of turn.py over these of _thread."""
    lock = RLock()
    queue = [False, False]  # whether somebody waits at the port; of no account
    again = lock._acquire_restore, lambda held: lock._is_owned() or lock.acquire()

    class Owner:
        def __getitem__(self, i):
            return get_ident() if lock._is_owned() else None

    class Turn:
        __enter__ = lock.__enter__
        __exit__ = lock.__exit__

        def step(self, at):
            with self:
                return at.__class__.step(at)

        def wait(self, port):
            if not lock._is_owned():
                with self:
                    return self.wait(port)
            held, second, queue[0] = None, queue[0], True
            try:
                held = lock._release_save()
                if second:
                    sleep_ms(1)
                else:
                    port.wait(5)
            finally:  # without a branch, as in turn.py
                again[held is None](held)
                queue[second] = False

    return Turn, Owner()
