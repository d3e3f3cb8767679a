"""Loads the library from the bottom up, before anything else: on the 32-bit port imports within imports run out of stack."""

import espat.net.reading
import espat.net.sock
import espat.net.network
import espat.net.ssl  # noqa: F401
