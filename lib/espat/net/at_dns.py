"""Guide 3.3, names: looking them up, and who is asked."""

from espat.args import join, split


def servers(at):
    """AT+CIPDNS?: addresses of the name servers as text (3.3.37)."""

    def parse(lines):
        found = []
        for line in lines:
            for x in split(line):
                if isinstance(x, bytes):
                    found.append(str(x, "ascii"))
        return found

    return at.run(b"+CIPDNS_CUR?" if at.nonos else b"+CIPDNS?", parse)


def set_servers(at, *addresses):
    """AT+CIPDNS: up to three name servers; none given: those of DHCP (3.3.37)."""
    name = b"+CIPDNS_CUR" if at.nonos else b"+CIPDNS"
    return at.keep(join(name, 1 if addresses else 0, *addresses))


def resolve(at, host, family=None, timeout=15000):
    """AT+CIPDOMAIN: the address of a name as text (3.3.5).

    family: 1 IPv4, 2 prefers IPv4, 3 IPv6 (firmware 2.2 and newer). timeout: ms.
    """
    return at.run(
        join(b"+CIPDOMAIN", host, family), lambda lines: str(lines[0][11:].strip(b'"'), "ascii"), timeout=timeout
    )
