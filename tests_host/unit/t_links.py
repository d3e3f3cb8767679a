"""The table of links without a module: what a program cannot bring about at will."""

from espat.at import At
from espat.net.links import Links

_OPEN, _SHUT = 2, 3  # states of a link
_OK = 1  # outcome of a command


class Silence:
    """A port at which nothing ever happens."""

    hide = False

    def any(self):
        return 0

    def wait(self, ms):
        pass

    def write(self, buf, off, n):
        return n


def test_bytes_under_way_do_not_reach_the_next_use():
    """AT+CIPRECVDATA has been spoken, the peer and then the program close, and the number is another connection's."""
    at = At(Silence())
    at.firmware, at.chip = (3, 4), "ESP32"
    at.links = links = Links(at)
    old = links.occupy(links.table[2], "TCP")
    for link in links.table:
        if link is not old:
            links.occupy(link, "TCP").state = _OPEN
    old.state = _SHUT
    links.data.begin(old)
    links.close(old)
    new = links.occupy(links.unused(), "TCP")
    assert new.index == 2
    links.data.size = 3
    links.data.data(b"old", 0, 3)
    links.data.end()
    links.data.finish(_OK, 100)
    assert not new.rx.n and not new.rx.held and not new.error
