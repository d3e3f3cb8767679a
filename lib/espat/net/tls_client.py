"""TLS clients: the module does it, per link, and must know before the link opens; programs decide after connect().

A connect that does not wait, or goes to one of the ports that mean TLS, is therefore held back until the
socket is used or wrapped; a connection that is open already, but has carried nothing, is closed and opened
again. Certificates go into the module's own store, and only when they differ from what lies there.
"""

from micropython import const

from espat.net import at_tcp, at_tls
from espat.text import Texts

# what to wait for, see reading.py
_CONNECT = const(3)

_EINVAL = const(22)
_ECONNREFUSED = const(111)


def wrap(sock, context, host):
    """Make sock's connection TLS as context says; returns sock. host: name for SNI, and to be verified."""
    if context.own or context.ca:
        from espat.net import store

        store.client(sock.at, context.slot, context.own, context.ca)
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
    if context.psk:
        at_tls.psk(out, index, *context.psk)
    return [b"AT%s\r\n" % text for text in out.texts]


def _reopen(s, context, host):
    links = s.links
    link = s.live()
    if not link.texts:  # open, or being opened, as TCP: begin anew
        if link.rx.n or link.waiting or links.sending(link):
            raise OSError(_EINVAL, "bytes have passed already: too late for TLS")
        links.close(link)
        s.start(s.peer, 0)
        link = s.link
    held = s.timeout == 0
    link.kind = s.kind = "SSLv6" if s.kind.endswith("v6") else "SSL"
    start = at_tcp.start(link.index, link.kind, s.peer[0], s.peer[1])
    links.open(link, *(link.texts[:-1] + texts(context, s.at, link.index, host) + [start]))
    if held:
        links.hold(link)
        return
    s.wait(_CONNECT)
    code = link.error
    if code == _ECONNREFUSED and context.verify_mode:
        link.error = 0
        raise OSError(code, "no TLS: refused, or the certificate of %s was not accepted" % host)
    s.trouble()
