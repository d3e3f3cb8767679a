"""Guide 3.3, TLS of links: who is verified, with which names and keys; before the link is opened.

link: 0..4, 5 for all (the last one more than the links a build has); None without AT+CIPMUX.
"""

from espat.args import join
from espat.check import decode, integer, rows, string


def _of(name, link, *params):
    # one setting of one link
    return join(name, *params) if link is None else join(name, integer(link, 0, 16), *params)


def verify(at, link: "int | None", mode: int, pki: "int | None" = None, ca: "int | None" = None) -> list:
    """AT+CIPSSLCCONF=: 0 verify nobody, 1 give our certificate, 2 verify the server, 3 both (3.3.26).

    pki, ca: which certificate and key, which CA of those in the module, from 0 on.
    """
    return at.run(_of(b"+CIPSSLCCONF", link, integer(mode, 0, 3), integer(pki, 0, 255, True), integer(ca, 0, 255, True)))


def verified(at) -> list:
    """AT+CIPSSLCCONF?: (link, mode, pki, ca) of every link (3.3.26)."""
    return at.run(b"+CIPSSLCCONF?", **rows(b"+CIPSSLCCONF:", _numbers))


def _numbers(line):
    return tuple([int(x) for x in line.split(b",")])


def common_name(at, link: "int | None", name: "str | bytes") -> list:
    """AT+CIPSSLCCN=: the name the server's certificate must have, up to 64 bytes, "" for any (3.3.27)."""
    return at.run(_of(b"+CIPSSLCCN", link, string(name, 0, 64)))


def common_names(at) -> list:
    """AT+CIPSSLCCN?: (link, name) of every link (3.3.27)."""
    return at.run(b"+CIPSSLCCN?", **rows(b"+CIPSSLCCN:", _named))


def sni(at, link: "int | None", name: "str | bytes") -> list:
    """AT+CIPSSLCSNI=: the server name told to the server, up to 64 bytes, "" for none (3.3.28)."""
    return at.run(_of(b"+CIPSSLCSNI", link, string(name, 0, 64)))


def snis(at) -> list:
    """AT+CIPSSLCSNI?: (link, name) of every link (3.3.28)."""
    return at.run(b"+CIPSSLCSNI?", **rows(b"+CIPSSLCSNI:", _named))


def _named(line):
    # the guide shows quotes, modules send none
    link, _, name = line.partition(b",")
    return int(link), decode(name)


def alpn(at, link: "int | None", *protocols: "str | bytes") -> list:
    """AT+CIPSSLCALPN=: up to five protocols offered to the server, none to clear (3.3.29)."""
    n = integer(len(protocols), 0, 5)
    return at.run(_of(b"+CIPSSLCALPN", link, n, *[string(p, 1, 250) for p in protocols]))


def alpns(at) -> list:
    """AT+CIPSSLCALPN?: (link, [protocols]) of every link (3.3.29)."""
    return at.run(b"+CIPSSLCALPN?", **rows(b"+CIPSSLCALPN:", _protocols))


def _protocols(line):
    link, *names = line.split(b",")
    return int(link), [decode(name) for name in names if name.strip(b'"')]


def psk(at, link: "int | None", identity: "str | bytes", hint: "str | bytes") -> list:
    """AT+CIPSSLCPSK=: pre-shared key and hint, up to 32 bytes each (3.3.30)."""
    return at.run(_of(b"+CIPSSLCPSK", link, string(identity, 1, 32), string(hint, 1, 32)), secret=True)


def no_psk(at, link: "int | None") -> list:
    """AT+CIPSSLCPSK=: forget a link's pre-shared key (3.3.30)."""
    return at.run(_of(b"+CIPSSLCPSK", link, "", ""))


def psks(at) -> list:
    """AT+CIPSSLCPSK?: (link, key as bytes, hint) of every link (3.3.30)."""
    return at.run(b"+CIPSSLCPSK?", secret=True, **rows(b"+CIPSSLCPSK:", _key))


def _key(line):
    # only the key can have commas
    link, _, rest = line.partition(b",")
    at = rest.rfind(b",")
    if at < 0:
        raise ValueError("too few fields")
    return int(link), rest[:at].strip(b'"'), decode(rest[at + 1 :])


def psk_hex(at, link: "int | None", identity: bytes, hint: "str | bytes") -> list:
    """AT+CIPSSLCPSKHEX=: pre-shared key of any bytes and hint, up to 32 bytes each (3.3.31)."""
    if isinstance(identity, str):
        raise TypeError("bytes are needed")
    key = b"".join([b"%02x" % byte for byte in string(identity, 1, 32)])
    return at.run(_of(b"+CIPSSLCPSKHEX", link, key, string(hint, 1, 32)), secret=True)


def psks_hex(at) -> list:
    """AT+CIPSSLCPSKHEX?: (link, key in hexadecimal as bytes, hint) of every link (3.3.31)."""
    return at.run(b"+CIPSSLCPSKHEX?", secret=True, **rows(b"+CIPSSLCPSKHEX:", _key))


def cipher(at, link: "int | None", suite: int) -> list:
    """AT+CIPSSLCCIPHER=: the only cipher suite offered, its IANA number; firmware 4.1, ESP8266 2.2.2 and newer."""
    return at.run(_of(b"+CIPSSLCCIPHER", link, integer(suite, 0, 0xFFFF)))


def ciphers(at) -> list:
    """AT+CIPSSLCCIPHER?: (link, suite) of every link; firmware 4.1, ESP8266 2.2.2 and newer."""
    return at.run(b"+CIPSSLCCIPHER?", **rows(b"+CIPSSLCCIPHER:", _suite))


def _suite(line):
    link, suite = line.split(b",")
    return int(link), int(suite, 16)


def buffer(at, size: int) -> list:
    """AT+CIPSSLSIZE=: bytes of the TLS buffer, 2048..4096; ESP8266 NonOS only, before AT+CIPSTART."""
    return at.run(b"+CIPSSLSIZE=%d" % integer(size, 2048, 4096))
