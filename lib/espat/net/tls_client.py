"""TLS clients: the module does it, per link, and must know before the link opens; programs decide after connect().

A connect that does not wait, or goes to one of the ports that mean TLS, is therefore held back until the
socket is used or wrapped; a connection that is open already, but has carried nothing, is closed and opened
again. Certificates go into the module's own store, and only when they differ from what lies there.
"""

from micropython import const

from espat.net import at_tcp, at_tls
from espat.text import Texts
from espat.turn import turn

# state of a link, see link.py
_FREE = const(0)

# what to wait for, see reading.py
_CONNECT = const(3)

_EINVAL = const(22)


def wrap(sock, context, host):
    """Make sock's connection TLS as context says; returns sock. host: name for SNI, and to be verified."""
    sock.live()
    if context.verify_mode:
        from espat.net import clock

        if not clock.from_board(sock.at) and sock.timeout != 0 and not sock.links.waited:
            sock.links.waited = True
            clock.ensure(sock.at)
    if context.own or context.ca:
        from espat.net import store

        store.client(sock.at, context.slot, context.own, context.ca)
    with turn:
        _reopen(sock, context, host or getattr(sock.peer, "host", None) or sock.peer[0])
    return sock


def texts(context, at, index, host):
    """The commands that prepare link index for a TLS connection to host."""
    out = Texts(at)
    verify = context.verify_mode
    mode = (2 if verify else 0) + (1 if context.own else 0)
    at_tls.verify(out, index, mode, context.slot if mode else None, context.slot if mode else None)
    if at.has(b"+CIPSSLCSNI"):
        at_tls.sni(out, index, "" if host[-1].isdigit() else host)  # an address is no server name
    if at.has(b"+CIPSSLCCN"):
        at_tls.common_name(out, index, host if verify and context.check_hostname else "")
    if at.has(b"+CIPSSLCALPN"):
        at_tls.alpn(out, index, *context.alpn)
    bit = 1 << index
    if context.psk:
        at_tls.psk(out, index, *context.psk)
        at.links.psks |= bit
    elif at.links.psks & bit:  # the module keeps them by link
        at_tls.no_psk(out, index)
        at.links.psks &= ~bit
    return [b"AT%s\r\n" % text for text in out.texts]


def _reopen(s, context, host):
    links = s.links
    link = s.live()
    first = link.texts and link.texts[:-1]
    if first is None:  # open, or being opened, as TCP: begin anew
        if link.rx.n or link.waiting or links.sending(link):
            raise OSError(_EINVAL, "bytes have passed already: too late for TLS")
        links.close(link)
        while link.serial == s._serial and link.state != _FREE:  # it may be the last one
            s.at.wait()
        # not start(): the ticker would speak AT+CIPSTART before its texts are whole
        s.link = link = links.occupy(links.unused(), s.kind)
        s._serial = link.serial
        first = links.receive_type(link, False)
    held = s.timeout == 0
    link.kind = s.kind = "SSLv6" if s.kind.endswith("v6") else "SSL"
    start = at_tcp.start(link.index, link.kind, s.peer[0], s.peer[1])
    links.open(link, *(first + texts(context, s.at, link.index, host) + [start]))
    if context.verify_mode:
        link.why = "no TLS: refused, or the certificate of %s was not accepted" % host
    if held:
        links.hold(link)
        return
    s.wait(_CONNECT)
    s.trouble()
    links.peer = s.peer
