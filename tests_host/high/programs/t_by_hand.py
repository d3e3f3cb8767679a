"""Links spoken command by command: one without AT+CIPMUX, several with it, over TCP, TLS and UDP; what is refused."""

import high
import play
from espat.at import At
from espat.net import at_links, at_manual, at_tls
from high import ask, modem

TIMEOUT = 90
play.join()
ALL = bytes(range(256))


def waiting(at, n, link=0):
    """Until the module holds n bytes for a link."""
    play.until(lambda: (at_links.lengths(at) + [0] * 5)[link] == n)


def there_and_back(at, link):
    """ALL to an echo and back, in two pieces."""
    at_manual.send(at, ALL, link)
    waiting(at, 256, link or 0)
    buf = bytearray(200)
    assert at_manual.receive(at, 200, link, buf) == 200 and buf == ALL[:200]
    assert at_manual.receive(at, 200, link) == ALL[200:]
    high.refused(at_manual.receive, at, 200, link)


def test_one_link():
    at_links.multiplex(modem, False)
    at_manual.receive_type(modem, True)
    high.refused(at_manual.send, modem, b"x")
    at_manual.start(modem, "TCP", "127.0.0.1", ask("plain_echo"), keep_alive=60)
    high.refused(at_manual.start, modem, "TCP", "127.0.0.1", ask("plain_echo"))
    there_and_back(modem, None)
    at_manual.send_escaped(modem, b"back\\slash\0")
    waiting(modem, 11)
    assert at_manual.receive(modem, 20) == b"back\\slash\0"
    at_manual.close(modem)
    high.refused(at_manual.close, modem)
    at_tls.verify(modem, None, 0)
    at_manual.start(modem, "SSL", "127.0.0.1", ask("secret_echo"))
    there_and_back(modem, None)
    at_manual.close(modem)
    at_manual.receive_type(modem, False)
    at_links.multiplex(modem, True)
    high.ready()


def test_several_links():
    """Links would close what it has not opened: a runner without it, while the modem stands still."""
    modem.step = lambda: False
    at = At(modem.port)
    at_manual.receive_type(at, True, 5)
    for link in (1, 4):
        assert at_manual.start(at, "TCP", "127.0.0.1", ask("plain_echo"), link) == [b"%d,CONNECT" % link]
    assert [row[0] for row in at_links.links(at)] == [1, 4]
    there_and_back(at, 4)
    there_and_back(at, 1)
    assert at_manual.start_any(at, "TCP", "127.0.0.1", ask("plain_echo"), 60) == 0
    at_manual.close(at, 0)
    peer, port = ask("datagrams")
    at_manual.start_udp(at, "127.0.0.1", 9, 0, 7655, 2)
    at_manual.send(at, b"a datagram", 0, "127.0.0.1", port)
    assert ask("recvfrom", peer) == [play.hexed(b"a datagram"), 7655]
    ask("reply", peer, play.hexed(b"its answer"))
    waiting(at, 10)
    at_links.peers(at, True)
    assert at_manual.receive(at, 100, 0, peers=True) == b"its answer"
    at_links.peers(at, False)
    at_manual.close(at, 5)
    assert at_links.links(at) == []
    high.refused(at_manual.send, at, b"x", 1)
    high.refused(at_manual.close, at, 1)
    high.refused(at_manual.start, at, "TCP", "127.0.0.1", play.unused()[1], 1)
    at.run(b"")
