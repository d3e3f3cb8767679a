"""Guide 3.3, names: looking them up, and who is asked."""

from espat.args import join, split


def servers(at):
    """AT+CIPDNS?: addresses of the name servers as text (3.3.37)."""

    def parse(lines):
        found = []
        for line in lines:
            if line.startswith(b"+CIPDNS"):
                found += [str(x, "ascii") for x in split(line) if isinstance(x, bytes) and x]
        return found

    return at.run(b"+CIPDNS_CUR?" if at.nonos else b"+CIPDNS?", parse)


def set_servers(at, *addresses):
    """AT+CIPDNS: up to three name servers; none given: those of DHCP (3.3.37)."""
    if len(addresses) > 3:
        raise ValueError("three name servers at most")
    name = b"+CIPDNS_CUR" if at.nonos else b"+CIPDNS"
    return at.keep(join(name, 1 if addresses else 0, *addresses))


def resolve(at, host, family=None, timeout=15000):
    """AT+CIPDOMAIN: the address of a name as text (3.3.5).

    family: 1 rather IPv4, 2 IPv4, 3 IPv6 (firmware 2.2 and newer). timeout: ms.
    """
    if not host or family is not None and not 1 <= family <= 3:
        raise ValueError("no name, or no such family")
    return at.run(join(b"+CIPDOMAIN", host, family), _address, timeout=timeout)


def _address(lines):
    for line in lines:
        if line.startswith(b"+CIPDOMAIN:"):
            text = line[11:].strip(b'"')  # ESP8266 NonOS has no quotes
            for c in text:
                if c not in b"0123456789abcdefABCDEF.:":
                    raise ValueError
            return str(text, "ascii")
    raise ValueError
