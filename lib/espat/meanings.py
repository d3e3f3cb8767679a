"""What the module's numbers mean; imported when an error is printed, so that it costs nothing before.
The tables that the AT port hardly ever needs are in reasons.py and come when they are asked for.

A table is one string: entries with "|" between them, for consecutive codes; "host*rno" stands for three
entries, host with each of the endings r, n and o.
"""

_ENDINGS = {
    "r": " could not be read",
    "n": " is missing",
    "o": " is too long",
    "w": " has a wrong value",
    "l": " has a wrong length",
    "s": " could not be set",
    "f": " failed",
}

# ERR CODE:0x01<sub><extension>, by sub
_LOG = (
    "no error|unspecified error|the line has no CR LF at its end|the line does not begin with AT|"
    "parameter %d has a wrong length|parameter %d is of the wrong type|%d parameters are needed, %d were given|"
    "parameter %d is out of range|parameter %d could not be understood|this firmware does not have the command|"
    "the command was understood but failed|the command before is still running|the command does not have this form"
)
_JOIN = "the access point did not answer in time|the password is wrong|there is no such access point|joining failed"
# 0x6001..
_MQTT = (
    "nothing is configured|the connection is in another state than configured|there is no connection or it has been "
    "cleaned|there is a connection already|out of memory|there is no such link|a parameter is missing|the number of "
    "parameters is wrong|the TLS settings are wrong|preparing the parameters*f|starting the client*f|publishing*f|"
    "subscribing*f|unsubscribing*f|disconnecting*f|link ID*rw|scheme*rw|client ID*rno|user name*rno|password*rno|"
    "certificate and key ID*rw|CA ID*rw|CA*lr|certificate*lr|key*lr|path*rno|version*r|keep-alive*rnw|clean-session flag"
    "*rw|last-will topic*rno|last-will message*rno|last-will QoS*rw|last-will retain flag*rw|host*rno|port*rw|reconnect "
    "flag*rw|topic*rno|data*rno|QoS*rw|retain flag*rw|publish length*rw|the received length is wrong|creating a semaphore"
    "*f|creating an event group*f|the URI could not be understood|the connection is down|the host name is not the one in "
    "the certificate"
)
# 0x8001..
_EAP = (
    "out of memory|stored settings*r|connecting*f|Wi-Fi settings*s|identity*s|user name*s|password*s|the length of the CA"
    "*r|CA*rs|the length of the certificate*r|certificate*r|the length of the key*r|key*r|certificate and key*s|enabling "
    "enterprise mode*f|the station is joined already|SSID*rnl|method*r|the network did not answer in time|identity*rl|"
    "user name*rl|password*rl|security*rw|method and security do not go together|the number of parameters is wrong|the "
    "Wi-Fi mode*r|the Wi-Fi mode is not station|settings*s|method*w|time-out*rw|signal threshold*rw|BSSID*rw|channel*rw|"
    "scan mode*rw|authentication mode*rw|the second phase of TTLS*s|192-bit WPA3*s"
)
# HTTP status 400.. and 500..
_CLIENT = (
    "bad request|unauthorized|payment required|forbidden|not found|method not allowed|not acceptable|proxy authentication "
    "required|request timeout|conflict|gone|length required|precondition failed|request entity too large|request URI too "
    "long|unsupported media type|requested range not satisfiable|expectation failed"
)
_SERVER = (
    "internal server error|not implemented|bad gateway|service unavailable|gateway timeout|HTTP version not supported"
)


def entry(table, n, endings=_ENDINGS):
    """Entry n (from 0) of a table, "" when there is none."""
    at = 0
    while n >= 0 and at <= len(table):
        end = table.find("|", at)
        if end < 0:
            end = len(table)
        star = table.find("*", at, end)
        letters = "" if star < 0 else table[star + 1 : end]
        if n < (len(letters) or 1):
            return table[at:star] + endings[letters[n]] if letters else table[at:end]
        n -= len(letters) or 1
        at = end + 1
    return ""


def meaning(command, code):
    """One sentence on a code.

    command: what it came with: a command's name such as b"+CWJAP" (AtError.command), b"WIFI DISCONNECT" for the
    reasons of a lost Wi-Fi connection (the module tells them on its log port), b"+ERRNO" for firmware 5's error
    numbers. code: see AtError.code.
    """
    if command.startswith(b"+CWJAP") and code < 0x1000:
        return entry(_JOIN, code - 1) or "unknown reason"
    if command == b"WIFI DISCONNECT":
        return _disconnected(code) or "unknown reason"
    if command == b"+ERRNO":
        from espat.reasons import ERRNO

        return ERRNO.get(code, "unknown error")
    if command.startswith(b"+BLE") and code in (-1, 1):
        return "failed after the module had accepted it"
    if code >> 24 == 1:
        return _logged(command, code >> 16 & 0xFF, code & 0xFFFF)
    return _failed(code) or "unknown code"


def _disconnected(code):
    from espat import reasons

    if code >= 200:
        return entry(reasons.WIFI_200, code - 200)
    return entry(reasons.WIFI_67, code - 67) if code >= 67 else entry(reasons.WIFI, code - 1)


def _logged(command, sub, extension):
    text = entry(_LOG, sub)
    if sub == 6:
        return text % (extension >> 8, extension & 0xFF)
    if "%" in text:
        # the module counts from 0
        return text % (extension + 1)
    if sub == 10:
        return _failed(extension) or text
    return text or "unknown error"


def _failed(code):
    # results of a command's own: MQTT, HTTP and enterprise Wi-Fi
    group = code >> 12
    code &= 0xFFF
    if group == 6:
        return entry(_MQTT, code - 1)
    if group == 7:
        return _status(code)
    return entry(_EAP, code - 1) if group == 8 else ""


def _status(code):
    if not code:
        return "no connection to the server"
    text = entry(_SERVER, code - 500) if code >= 500 else entry(_CLIENT, code - 400)
    return "the server answered %d%s" % (code, text and " " + text)
