"""What becomes of an exception that a program's handler raises."""

import sys


def show(error):
    """Print an exception where one can look at it."""
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    elif hasattr(sys, "excepthook"):
        sys.excepthook(type(error), error, error.__traceback__)
