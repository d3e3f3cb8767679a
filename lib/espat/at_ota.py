"""Guide 3.1, 3.3 and 3.14, firmware: which is offered, updating over the network, going back.

After an update the module restarts, or has to be restarted where it ran in the background.
"""

from espat.args import join
from espat.check import fields, integer, leading, number, payload, rows, string, text


def offered(at, timeout: int = 30000) -> str:
    """AT+CIPFWVER?: the version on Espressif's server, str (3.3.23)."""
    return at.run(b"+CIPFWVER?", text, timeout=timeout)


def stage(at) -> int:
    """AT+CIUPDATE?: how far the update is (3.3.24): 1 server found, 2 connected, 3 version known, 4 done, -1 failed."""
    return at.run(b"+CIUPDATE?", number)


def update(
    at, secure: "bool | None" = None, version: "str | bytes | None" = None, name: "str | bytes | None" = None,
    background: "int | None" = None, each=None, timeout: int = 200000,
) -> "list | int":  # fmt: skip
    """AT+CIUPDATE: update from Espressif's server (3.3.24); with nothing given the newest firmware over HTTP.

    secure: over HTTPS. version: str such as "v3.4.0.0". name: partition such as "ota" or "mqtt_ca". background:
    return at once; the stages come as +CIPUPDATE: reports (the module's limit is 3 minutes). each: called as
    each(stage), see stage(). Returns the stages passed, with each their number. timeout: ms.
    """
    head = b"+CIPUPDATE:"  # not the command's name
    if secure is None and version is None and name is None and background is None:
        return at.run(b"+CIUPDATE", timeout=timeout, **rows(head, leading, each))
    line = join(
        b"+CIUPDATE", integer(secure or 0, 0, 1), string(version, 1, 32, True), string(name, 1, 32, True),
        integer(background, 0, 1, True),
    )  # fmt: skip
    return at.run(line, timeout=timeout, **rows(head, leading, each))


def update_from(at, url: "str | bytes", timeout: int = 600000) -> list:
    """AT+USEROTA: update from any URL (3.14.3); minutes without a word, then the module restarts.

    url: bytes or str, up to 8192 bytes. timeout: ms.
    """
    data = url.encode() if isinstance(url, str) else url
    return at.run(b"+USEROTA=%d" % payload(data, 8192), timeout=timeout, data=data)


def rollback(at) -> list:
    """AT+SYSROLLBACK: go back to the firmware before this one; the module restarts (3.1.22)."""
    return at.run(b"+SYSROLLBACK", timeout=20000)


def firmwares(at) -> list:
    """AT+SYSROLLBACK?: [address, version, address, version] of the running and the other firmware; 4.1 and newer."""
    return at.run(b"+SYSROLLBACK?", fields)
