"""A TCP download that runs through a Bluetooth test: small pieces all the time, looked at when the test is over.

The runner calls around() for every test of ble/programs (players.py sees to it). Tests that cannot have a download are
named in NO_DOWNLOAD of their file, with the reason.
"""

from binascii import crc32

import play

_LEAST = 1024  # bytes; the stage begins with so many
_EIO, _EBUSY = 5, 16
_now = []


class Download:
    """One connection; read() takes what is there."""

    def __init__(self):
        at = play.listener()
        self.sock = play.socket.socket()
        self.sock.settimeout(10)
        self.sock.connect(at.address)
        self.peer = play.ask("trickle", at.handle)
        self.sock.settimeout(0)
        self.n = self.crc = 0
        self.ended = False
        self.error = None

    def read(self):
        """Take what is there; what goes wrong is told in the end."""
        if self.ended or self.error:
            return
        try:
            data = self.sock.read(512)
        except OSError as e:
            self.error = e.args[0]
            return
        if data:
            self.n += len(data)
            self.crc = crc32(data, self.crc)
        elif data is not None:
            self.ended = True

    def _until(self, condition):
        end = play.now() + 20000
        while not condition():
            assert play.now() < end, "the download stands still after %d bytes" % self.n
            play.modem.wait()
            self.read()

    def finish(self):
        """All that was sent must have arrived."""
        sent = play.ask("trickle_end", self.peer, work=True)
        self._until(lambda: self.ended or self.error)
        self.sock.close()
        assert not self.error, "the download failed: %r after %d of %d bytes" % (self.error, self.n, sent[0])
        assert [self.n, self.crc] == sent, "the download is not what was sent: %r" % [self.n, self.crc, sent]
        assert self.n >= _LEAST, self.n

    def drop(self):
        """The test has failed already."""
        play.ask("trickle_end", self.peer)
        self.sock.close()

    def reset(self):
        """The module has restarted: the program must hear of it."""
        play.ask("trickle_end", self.peer, work=True)
        self._until(lambda: self.ended or self.error)
        self.sock.close()
        assert self.error == play.ECONNRESET, (self.error, self.ended)


def begin():
    """A download from now on."""
    if not play.wlan.isconnected():
        play.join(20)
    _now.append(Download())


def read():
    """Take what is there, wherever a test waits."""
    for download in _now:
        download.read()


def goes_on():
    """More must come. What was lost on the line makes a hole, which must be told; then another download begins."""
    now = _now[0]
    n = now.n
    now._until(lambda: now.n > n or now.error)
    if now.error:
        assert now.error in (play.ECONNRESET, play.ETIMEDOUT, _EIO), now.error
        _now.pop().drop()
        begin()


def restarted():
    """The module has restarted in the midst of the test: the connection must be lost, and the next one come up."""
    if _now:
        _now.pop().reset()
        play.until(play.wlan.isconnected, 20)
        begin()


class paused:
    """with paused(open_it) as pipe: the line is a pipe, which is refused while the download goes on, and it goes on later.

    open_it: function that gives the pipe.
    """

    def __init__(self, open_it):
        self.open_it = open_it

    def __enter__(self):
        play.fails(_EBUSY, self.open_it)
        end()
        return self.open_it()

    def __exit__(self, *error):
        begin()


def end():
    """All of it must be there."""
    _now.pop().finish()


def taken():
    """More than its beginning must have been taken by now: it went on beside what else was done."""
    assert _now[0].n > _LEAST, "only %d bytes have come" % _now[0].n


def around(module, name):
    """Call a test while something is downloaded."""
    test = getattr(module, name)
    if name in getattr(module, "NO_DOWNLOAD", ()):
        return test()
    begin()
    try:
        test()
    except BaseException:
        while _now:
            _now.pop().drop()
        raise
    end()
