"""A web page that shows live what passes over the line, and injects faults by a click: `espsim --web HOST:PORT`.

    watch.py    what passed, with secrets hidden, kept for whoever watches
    mask.py     hides the secrets
    state.py    what the page says about the module
    inject.py   the faults that can be clicked
    server.py   HTTP and Server-Sent Events
    static/     the page: plain HTML, CSS and JavaScript
"""

from .server import Web
from .watch import Watched
