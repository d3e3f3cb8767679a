"""Guide 3.1, the part every program needs: is the module there, which one, what can it do.

Every program loads this: what its rarer calls need is imported by them.
"""

from espat.args import join

# a query that every firmware knows and whose answer bears its name: after a time-out it shows that
# what comes in belongs to what was sent (see At.probe)
PROBE = b"AT+UART_CUR?\r\n"
RESTART = b"AT+RST\r\n"  # ends whatever the module is at
LINE = b"+UART_CUR"  # what line() keeps


def attention(at, timeout: int = 300) -> list:
    """AT: is anybody there (3.1.2)? timeout: ms. Raises AtTimeout."""
    return at.run(b"", timeout=timeout)


def echo(at, on: bool) -> list:
    """ATE0, ATE1: whether the module repeats what it is sent (3.1.7)."""
    return at.keep(b"E1" if on else b"E0")


def version(at) -> list:
    """AT+GMR: the lines of the firmware's self-description, a list of bytes (3.1.4)."""
    return at.run(b"+GMR")


def commands(at, each) -> list:
    """AT+CMD?: every command this build knows (3.1.5); each(line) gets b'+CMD:0,"AT",0,0,0,1'."""
    return at.run(b"+CMD?", each=each, timeout=10000)


def known(at, name: bytes) -> bool:
    """Whether the module knows a command, where AT+CMD? does not exist: its test or query form answers."""
    for form in (b"=?", b"?"):
        try:
            at.run(name + form)
            return True
        except OSError:
            at.trust()  # a refusal is an answer here
    return False


def restart(at, timeout: int = 10000) -> list:
    """AT+RST: restart the module and wait until it is ready again (3.1.3). timeout: ms."""
    return at.run(b"+RST", timeout=timeout, end=b"ready")


def restore(at, timeout: int = 10000) -> list:
    """AT+RESTORE: factory settings, all of NVS erased, then a restart (3.1.8). timeout: ms."""
    return at.run(b"+RESTORE", timeout=timeout, end=b"ready")


def store(at, on: bool) -> list:
    """AT+SYSSTORE: whether set commands also write the module's flash (3.1.26).

    ESP8266 NonOS has two names for a set command instead: from now on the one with _DEF or _CUR is spoken.
    """
    if at.nonos:
        at.nonos = b"_DEF" if on else b"_CUR"
        return at.run(b"")
    return at.keep(b"+SYSSTORE=%d" % bool(on))


def storing(at) -> bool:
    """AT+SYSSTORE?: whether set commands also write the module's flash (3.1.26)."""
    from espat.check import flag

    return at.run(b"+SYSSTORE?", flag)


def log(at, on: bool) -> list:
    """AT+SYSLOG: whether a refusal is preceded by its ERR CODE (3.1.24)."""
    return at.keep(b"+SYSLOG=%d" % bool(on))


def logging(at) -> bool:
    """AT+SYSLOG?: whether a refusal is preceded by its ERR CODE (3.1.24)."""
    from espat.check import flag

    return at.run(b"+SYSLOG?", flag)


def messages(at, bits: int) -> list:
    """AT+SYSMSG: 1 tell when passthrough is left, 2 detailed link reports, 4 reports in passthrough (3.1.15)."""
    if not 0 <= bits <= 7:
        raise ValueError("SYSMSG has three bits")
    return at.keep(b"+SYSMSG" + at.nonos + b"=%d" % bits)


def get_messages(at) -> int:
    """AT+SYSMSG?: the bits of messages() (3.1.15)."""
    from espat.check import number

    return at.run(b"+SYSMSG" + at.nonos + b"?", number)


def line(at, baud: int, flow: int = 0, bits: int = 8, stop: int = 1, parity: int = 0, save: bool = False) -> list:
    """AT+UART_CUR, AT+UART_DEF: the module's serial line (3.1.11, 3.1.12); OK still comes at the old rate. See Modem.baud().

    baud: 80 to 5000000. flow: 0 none, 1 RTS, 2 CTS, 3 both. bits: 5 to 8. stop: 1, 2 = 1.5, 3 = 2.
    parity: 0 none, 1 odd, 2 even. save: also after the next start.
    """
    if not (80 <= baud <= 5000000 and 0 <= flow <= 3 and 5 <= bits <= 8 and 1 <= stop <= 3 and 0 <= parity <= 2):
        raise ValueError("serial line setting out of range")
    if save:
        return at.run(join(b"+UART_DEF", baud, bits, stop, parity, flow))
    return at.keep(join(LINE, baud, bits, stop, parity, flow))


def get_line(at, saved: bool = False) -> tuple:
    """AT+UART_CUR?, AT+UART_DEF?: (baud, bits, stop, parity, flow), numbers as in line() (3.1.11, 3.1.12)."""
    from espat.check import numbers

    return at.run(b"+UART_DEF?" if saved else b"+UART_CUR?", numbers)
