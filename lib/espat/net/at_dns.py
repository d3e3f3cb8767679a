"""Guide 3.3, names: looking them up, and who is asked."""

from espat.answers import split
from espat.args import join


def servers(at) -> list:
    """AT+CIPDNS?: addresses of the name servers as text (3.3.37)."""

    def parse(lines):
        found = []
        for line in lines:
            if line.startswith(b"+CIPDNS"):
                found += [str(x, "ascii") for x in split(line) if isinstance(x, bytes) and x]
        return found

    return at.run(b"+CIPDNS" + at.nonos + b"?", parse)


def set_servers(at, *addresses: str) -> list:
    """AT+CIPDNS: up to three name servers; none given: those of DHCP (3.3.37)."""
    if len(addresses) > 3:
        raise ValueError("three name servers at most")
    name = b"+CIPDNS" + at.nonos
    return at.keep(join(name, 1 if addresses else 0, *addresses))
