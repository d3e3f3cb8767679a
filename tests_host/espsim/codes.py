"""Result words and error codes of the command port."""

# Sub categories of the ERR CODE word (AT+SYSLOG=1).
COMMON = 0x01
NO_TERMINATOR = 0x02
NO_AT = 0x03
LENGTH = 0x04
TYPE = 0x05
NUMBER = 0x06
INVALID = 0x07
PARSE = 0x08
UNSUPPORTED = 0x09
EXEC_FAIL = 0x0A
PROCESSING = 0x0B
OPERATION = 0x0C

# What a handler may return instead of None (which stands for OK).
SILENT = ""  # the handler printed its own final result
SEND_OK = "SEND OK"
SEND_FAIL = "SEND FAIL"


class AtError(Exception):
    """A command ends with ERROR; `sub` and `ext` make the ERR CODE line, `errno` the +ERRNO line of 5.0."""

    def __init__(self, sub=EXEC_FAIL, ext=0, *, errno=None):
        super().__init__(f"sub {sub:#04x} ext {ext:#06x}")
        self.sub = sub
        self.ext = ext & 0xFFFF
        self.errno = errno

    @property
    def word(self):
        return 0x01000000 | self.sub << 16 | self.ext


class Fail(AtError):
    """The command was understood but could not be carried out. `ext` is the handler's own code."""

    def __init__(self, ext=0, *, errno=None):
        super().__init__(EXEC_FAIL, ext, errno=errno)
