"""Makes docs/benchmark.md and docs/benchmark.svg: `make bench`."""

import pathlib
import platform
import subprocess
import sys

from bench import board, operations, plot

TOP = pathlib.Path(__file__).resolve().parents[2]
BAUDS = (115200, 460800, 921600, 2000000, 3000000)


def say(text):
    print(text, file=sys.stderr, flush=True)


def size_for(baud):
    """Bytes to move: about two seconds of the line, 200 KB at the most."""
    return min(200_000, max(20_000, baud // 5))


def throughput(pico):
    """Rows: (mode, baud, kB/s, % of the ceiling, cycles a byte, heap, lost)."""
    modes = (
        ("receive, passive", board.RECEIVE, {}, lambda baud: board.ceiling(baud, 4096)),
        ("receive, passive, RTS/CTS", board.RECEIVE, {"flow": True}, lambda baud: board.ceiling(baud, 4096)),
        ("receive, active, RTS/CTS", board.RECEIVE, {"active": True, "flow": True}, lambda baud: baud / 10000 * 1440 / 1456),
        ("receive, passive, 5 links", board.RECEIVE, {"links": 5}, lambda baud: board.ceiling(baud, 4096)),
        ("send", board.SEND, {}, lambda baud: board.ceiling(baud, 2048, 58)),
    )
    for name, script, options, ceiling in modes:
        for baud in BAUDS:
            if options.get("links") and baud != 921600:
                continue
            say(f"{name} at {baud} baud ...")
            try:
                figure = pico.run(script, baud, size_for(baud), **options)
            except Exception as error:  # a mode that fails is a row that says so
                yield name, baud, None, str(error).strip().splitlines()[-1][:80]
                continue
            yield name, baud, figure, ceiling(baud)


def table(rows):
    heads = "mode", "baud", "kB/s", "of the ceiling", "cycles a byte", "kept on the heap", "lost to overrun"
    out = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, baud, figure, ceiling in rows:
        if figure is None:
            out.append(f"| {name} | {baud} | failed: {ceiling} | | | | |")
            continue
        out.append(
            f"| {name} | {baud} | {figure.rate:.1f} | {100 * figure.rate / ceiling:.0f} % of {ceiling:.1f} |"
            f" {figure.cycles / figure.n:.0f} | {figure.heap} B | {figure.lost} |"
        )
    return "\n".join(out)


def machine():
    name = next((x.split(":")[1].strip() for x in open("/proc/cpuinfo") if x.startswith("model name")), platform.processor())
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=TOP, capture_output=True, text=True).stdout.strip()
    return f"{name}, {platform.system()} {platform.release()}, Python {platform.python_version()}, espat {commit or 'unknown'}"


def main():
    with board.Board() as pico:
        rows = list(throughput(pico))
        say("round trip ...")
        ask = pico.run(board.ASK, 921600, 20)
    say("transactions ...")
    counts = operations.counts()
    say("peers ...")
    peers = operations.peers()
    say("growth ...")
    growth = operations.growth()
    plot.write(TOP / "docs/benchmark.svg", [r for r in rows if r[2]], board)
    text = TEMPLATE.format(
        machine=machine(), turnaround=board.TURNAROUND * 1000, throughput=table(rows), ask=ask.us / ask.n / 1000,
        counts="\n".join(f"| {a} | {b} | {c} |" for a, b, c in counts),
        peers="\n".join(f"| {a} | {b} | {c} |" for a, b, c in peers),
        growth="\n".join(f"| {a} | {b} | {c} |" for a, b, c in growth),
    )  # fmt: skip
    (TOP / "docs/benchmark.md").write_text(text)
    say("wrote docs/benchmark.md and docs/benchmark.svg")


TEMPLATE = """# Benchmark

Made by `make bench` on {machine}.

Figures of the emulated Pico (RP2040 at 125 MHz, MicroPython 1.25) are simulated time: they do not depend on this machine.
The simulated module thinks {turnaround:.0f} ms about each command; ceilings are computed with the same.

## Throughput on the emulated Pico

![kB/s by baud rate](benchmark.svg)

The ceiling of passive receive is one AT+CIPRECVDATA of 4096 bytes after the other, of sending one AT+CIPSEND of 2048 bytes after
the other, of active receive a +IPD of 1440 bytes. Cycles count work, also the polling of a program that waits.

{throughput}

A byte there and back over TCP at 921600 baud takes {ask:.1f} ms.

## AT transactions an operation

| operation | commands | what |
|---|---|---|
{counts}

## Against others, over the same simulated module in the same run (CPython on this machine, unpaced)

Wall time of one download through each, as a ratio to espat's; it compares how much a host does for a byte, not a board's speed.

| host | ratio | remark |
|---|---|---|
{peers}

## How cost grows (MicroPython 64-bit on this machine, unpaced)

| what | time | heap growth from the first to the last KB |
|---|---|---|
{growth}
"""

if __name__ == "__main__":
    main()
