"""The exceptions of espat.

OSError
  AtError          anything that went wrong between a command and its answer
    AtTimeout      no (complete) answer in time                     ETIMEDOUT
    AtBusy         the module kept answering "busy p..."            EBUSY
    AtReset        the module restarted while the command ran       ECONNRESET
    AtRefused      the module answered ERROR or FAIL                EIO
    AtAnswer       the answer cannot be what the guide promises     EIO

A caller's own mistake is a ValueError or TypeError, raised before anything is sent. The text names
the command, never its parameters: they may hold a password. What a code means is looked up in
meanings.py when the error is printed, its name in codenames.py when a program asks, so the tables cost nothing until then.
"""

from micropython import const

# lwIP's and Linux' numbers, as MicroPython's own network stack raises them
_EIO = const(5)
_EBUSY = const(16)
_ECONNRESET = const(104)
_ETIMEDOUT = const(110)


class AtError(OSError):
    """A command that did not succeed.

    command: name of the command, bytes such as b"+CWJAP".
    code: number the module gave with its refusal (ERR CODE, +CWJAP:<n> ...), else None.
    """

    _errno = _EIO
    _what = "failed"

    def __init__(self, command, code=None, what=None):
        self.command = command
        self.code = code
        super().__init__(self._errno, "AT%s %s" % (str(command, "ascii"), what or self._what))

    @property
    def meaning(self):
        """One sentence on the code, or "" when there is none."""
        if self.code is None:
            return ""
        from espat.meanings import meaning

        return meaning(self.command, self.code)

    @property
    def name(self):
        """What the guide calls the code, such as "AT_MQTT_TOPIC_IS_NULL" or "CWJAP_WRONG_PASSWORD"; "" when it has no name."""
        if self.code is None:
            return ""
        from espat.codenames import name

        return name(self.code, self.command)

    def __str__(self):
        text = self.args[1]
        if self.code is not None:
            text = "%s (0x%x: %s)" % (text, self.code, self.meaning)
        return text


class AtTimeout(AtError):
    """No complete answer came in time."""

    _errno = _ETIMEDOUT
    _what = "was not answered in time"


class AtBusy(AtError):
    """The module was still working on something else."""

    _errno = _EBUSY
    _what = "was refused: busy"


class AtReset(AtError):
    """The module restarted before it answered."""

    _errno = _ECONNRESET
    _what = "was cut off: the module restarted"


class AtRefused(AtError):
    """The module refused the command."""

    _what = "was refused: ERROR"


class AtAnswer(AtError):
    """The module's answer cannot be read."""

    _what = "got an answer that makes no sense"
