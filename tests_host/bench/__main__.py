"""Makes docs/benchmark.md and docs/benchmark.svg: `make bench`."""

import pathlib
import platform
import subprocess

from bench import board, operations, plot, prices, scripts, throughput, unixport

TOP = pathlib.Path(__file__).resolve().parents[2]

def machine():
    name = next((x.split(":")[1].strip() for x in open("/proc/cpuinfo") if x.startswith("model name")), platform.processor())
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=TOP, capture_output=True, text=True).stdout.strip()
    return f"{name}, {platform.system()} {platform.release()}, Python {platform.python_version()}, espat {commit or 'unknown'}"


def cells(rows):
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)


def main():
    here = machine()  # before anything is written
    throughput.say("heap, transactions, peers, growth ...")
    heap, counts = cells(prices.heap()), cells(operations.counts())
    peers, growth = cells(operations.peers()), cells(operations.growth())
    peaks, unix = cells(prices.peaks()), cells(unixport.rows())
    with board.Board() as pico:
        throughput.say("prices, round trips and datagrams ...")
        bytes_ = cells(prices.rows(pico))
        ask = pico.run(scripts.ASK, 921600, 20)
        datagrams = pico.run(scripts.DATAGRAMS, 921600, 0, udp=True)
        back = pico.run(scripts.DATAGRAMS_BACK, 921600, 0, udp=True)
        found = throughput.rows(pico)
    plot.write(TOP / "docs/benchmark.svg", [row for row in found if row[2]], board)
    text = TEMPLATE.format(
        machine=here, turnaround=board.TURNAROUND * 1000, throughput=throughput.table(found), ask=ask.us / ask.n / 1000,
        datagrams=datagrams.n * 1e6 / datagrams.us, back=back.us / back.n / 1000, prices=bytes_, heap=heap, counts=counts,
        peers=peers, growth=growth, peaks=peaks, unix=unix,
    )  # fmt: skip
    (TOP / "docs/benchmark.md").write_text(text)
    throughput.say("wrote docs/benchmark.md and docs/benchmark.svg")


TEMPLATE = """# Benchmark

Made by `make bench` on {machine}.

Figures of the emulated Pico (RP2040 at 125 MHz, MicroPython 1.25) are simulated time: they do not depend on this machine.
The simulated module thinks {turnaround:.0f} ms about each command; ceilings are computed with the same.

## Throughput on the emulated Pico

![kB/s by baud rate](benchmark.svg)

The ceiling of passive receive is one AT+CIPRECVDATA of 4096 bytes after the other (8192 with that ring), of sending one
AT+CIPSEND of 2048 bytes (8192 when so many are gathered, 1024 with five links in turn) after the other, of active receive a
+IPD of 1440 bytes, of passthrough the line itself. Cycles count work, also the polling of a program that waits. Measured from
before the first byte is asked for to the last; `rp2_uart` is the optional port in `lib/espat/rp2_uart.py`, else it is
`machine.UART`.

{throughput}

"Allocated" is what the whole run has taken from the heap, and does not grow with its length. "FIFO level 24" sets the UART's
register so that the firmware is interrupted every 24 bytes (`machine.mem32[0x40038034] = 0x18`, UART1).

At 3 Mbaud without RTS/CTS a Pico cannot keep up, with the port of the firmware (an interrupt every four bytes) nor with DMA (a
ring fills while Python works): a row that fails there says so.

| over TCP or UDP at 921600 baud | |
|---|---|
| a byte there and back over TCP | {ask:.1f} ms |
| datagrams of 64 bytes sent | {datagrams:.0f} a second |
| a datagram of 64 bytes there and back | {back:.1f} ms |

## Throughput of MicroPython's unix port

64-bit, over the simulated module with its line paced in real time and the same turn-around; so this depends on the machine and
on what else it does meanwhile.

| mode | baud | kB/s | of the ceiling |
|---|---|---|---|
{unix}

## What a byte costs

The library over a module in memory that answers at once: no line, no waiting. Instructions are callgrind's for MicroPython
(64-bit) on this machine, the difference of two runs.

| path | cycles a byte, Pico | instructions a byte | kept on the heap |
|---|---|---|---|
{prices}

Machine code (`@micropython.viper`) does not pay: bytes are moved by BytesIO and found by bytearray.find(), both already machine
code, and what is left is calls between Python functions. Tried on the emulated Pico: reading a number of four digits takes 25 µs
instead of 89, copying the 11 bytes of a cut line 35 µs instead of 166; a piece of 4096 bytes, which takes 50 ms at 921600 baud,
has three of the one and seldom the other. That is under 1 %, for two more modules. Beside all that machine.UART costs a Pico
some 340 cycles a received byte (tests_host/pico/README.md); rp2_uart takes most of them away.

## Heap

Growth of the heap by the import of the compiled modules, 32-bit MicroPython; docs/ledger.md has every file and the
peaks from source.

| profile | RAM, bytes | .mpy, bytes |
|---|---|---|
{heap}

A heap in which the profile can be imported (32-bit, from the compiled and from the source files; less may do, it depends on
when garbage happens to be collected):

| profile | from .mpy | from .py |
|---|---|---|
{peaks}

## AT transactions an operation

| operation | commands | what |
|---|---|---|
{counts}

## Against others, over the same simulated module in the same run (CPython on this machine, unpaced)

Wall time of one download through each, as a ratio to espat's; it compares how much a host does for a byte, not a board's speed.
bablokb's circuitpython-esp32at is in no package registry, so it could not be run here. What its own documents and its files
tell: 137.76 kB by HTTP in 7.08 s at 1.5 Mbaud (19.5 kB/s, 13 % of that line), some 100 datagrams a second, 29,183 bytes of .mpy,
59.9 KB of heap (64-bit) for wifi, socketpool and ssl.

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
