"""How procedures of Bumble fail, as one exception."""
import contextlib

from bumble import att, core, hci


class Refused(Exception):
    """The peer, or the stack on its behalf, said no."""


@contextlib.contextmanager
def refusals():
    """Whatever Bumble raises when a procedure does not come to a good end becomes Refused."""
    try:
        yield
    except (core.BaseBumbleError, hci.HCI_Error, att.ATT_Error) as error:
        raise Refused(str(error)) from error
