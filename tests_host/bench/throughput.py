"""The rows of the table of throughput: what is run, at which rates, and what the line would allow."""

import sys
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

from bench import board, scripts

Mode = namedtuple("Mode", "name script bauds options ceiling")

ALL = (115200, 460800, 921600, 2000000, 3000000)
USUAL = 921600
FAST = (USUAL, 3000000)
RTS = {"flow": True}
LATE = {"flow": True, "level": 0x18}  # an interrupt every 24 bytes, not every 4
DMA = {"flow": True, "port": "rp2_uart"}
ACTIVE = {"active": True}


def say(text):
    print(text, file=sys.stderr, flush=True)


def passive(baud):
    return board.ceiling(baud, 4096)


def active(baud):
    return baud / 10000 * 1440 / 1456


def sending(n):
    return lambda baud: board.ceiling(baud, n, 58)


def line(baud):
    return baud / 10000


MODES = (
    Mode("receive, passive", scripts.RECEIVE, ALL, {}, passive),
    Mode("receive, passive, rxbuf 2048", scripts.RECEIVE, (USUAL,), {"rxbuf": 2048}, passive),
    Mode("receive, passive, ring of 8192", scripts.RECEIVE, (USUAL,), {"rx": 8192}, lambda baud: board.ceiling(baud, 8192)),
    Mode("receive, passive, 5 links", scripts.RECEIVE, ALL[:4], {"links": 5}, passive),
    Mode("receive, passive, RTS/CTS", scripts.RECEIVE, FAST, RTS, passive),
    Mode("receive, passive, RTS/CTS, FIFO level 24", scripts.RECEIVE, FAST, LATE, passive),
    Mode("receive, passive, RTS/CTS, rp2_uart", scripts.RECEIVE, FAST, DMA, passive),
    Mode("receive, active, RTS/CTS", scripts.RECEIVE, ALL, {**RTS, **ACTIVE}, active),
    Mode("receive, active, RTS/CTS, rp2_uart", scripts.RECEIVE, FAST, {**DMA, **ACTIVE}, active),
    Mode("send", scripts.SEND, ALL, {}, sending(2048)),
    Mode("send, 8192 bytes gathered", scripts.SEND, (USUAL,), {"tx": 8192}, sending(8192)),
    Mode("send, 5 links in turn", scripts.SEND, ALL, {"links": 5}, sending(1024)),
    Mode("passthrough, receive", scripts.PIPE_RECEIVE, ALL[:4], {}, line),
    Mode("passthrough, receive, RTS/CTS", scripts.PIPE_RECEIVE, FAST, RTS, line),
    Mode("passthrough, receive, RTS/CTS, FIFO level 24", scripts.PIPE_RECEIVE, (3000000,), LATE, line),
    Mode("passthrough, receive, RTS/CTS, rp2_uart", scripts.PIPE_RECEIVE, (3000000,), DMA, line),
    Mode("passthrough, send", scripts.PIPE_SEND, ALL[:4], {}, line),
    Mode("passthrough, send, RTS/CTS", scripts.PIPE_SEND, (3000000,), RTS, line),
)


def size_for(baud):
    """Bytes to move: a second and a half of the line, less at high rates."""
    return min(140_000, max(20_000, baud // 7))


def rows(pico):
    """[(mode, baud, Figure, ceiling)]; Figure None: it failed, and ceiling is what was said. Two boards at a time."""
    with ThreadPoolExecutor(2) as two:
        return list(two.map(lambda job: _row(pico, *job), [(mode, baud) for mode in MODES for baud in mode.bauds]))


def _row(pico, mode, baud):
    say(f"{mode.name} at {baud} baud ...")
    try:
        figure = pico.run(mode.script, baud, size_for(baud), **mode.options)
    except Exception as error:  # a mode that fails is a row that says so
        return mode.name, baud, None, str(error).strip().splitlines()[-1][:80]
    return mode.name, baud, figure, mode.ceiling(baud)


def table(found):
    """The lines of a Markdown table."""
    heads = "mode", "baud", "kB/s", "of the ceiling", "cycles a byte", "allocated", "lost to overrun"
    out = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, baud, figure, ceiling in found:
        if figure is None:
            out.append(f"| {name} | {baud} | failed: {ceiling} | | | | |")
            continue
        out.append(
            f"| {name} | {baud} | {figure.rate:.1f} | {100 * figure.rate / ceiling:.0f} % of {ceiling:.1f} |"
            f" {figure.cycles / figure.n:.0f} | {figure.heap} B | {figure.lost} |"
        )
    return "\n".join(out)
