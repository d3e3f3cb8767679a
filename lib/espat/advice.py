"""What checkup.py can find, each with a sentence on what it is and some on what to do; loaded when it has found something."""

ADVICE = {
    "ok": "The module answers. Nothing to do.",
    "baud": "The module answers, but at {rate} baud. Set BAUD = {rate} in espat_board.py, or change the module's rate with "
    "examples/tools/change_baud.py.",
    "passthrough": "The module was in passthrough: it sent all it heard to a peer. It is out of it now. If it is in passthrough "
    "again after the next start, an AT+SAVETRANSLINK is stored: run examples/tools/restore.py.",
    "busy": "The module answers that it is busy, and does not get done. Restart it (EN or RST low for a moment).",
    "losing": "The module answers, but parts of a long answer were lost on the way. Give the UART a bigger receive buffer "
    "(rxbuf=4096), a lower rate, or wire the board's RTS to the module's CTS and switch flow control on at both ends.",
    "cts": "The module answers only since its flow control was switched off: it had waited for a CTS line that says "
    "'go on'. Wire the board's RTS to the module's CTS, or store AT+UART_DEF without flow control "
    "(examples/tools/change_baud.py does).",
    "blocked": "The board's UART does not let go of what it has to send: flow control is on, and its CTS input says 'stop' or "
    "is not wired. Wire the module's RTS to it, or make the UART without flow=.",
    "own echo": "What the board sends comes straight back, byte by byte: its TX and RX are joined, or RX hangs on the wrong "
    "end. RX belongs to the module's TX, TX to the module's RX.",
    "deaf": "The board hears the module, but the module does not hear the board. Check the wire from the board's TX to the "
    "module's RX. Readable text may also come from the module's log output: the AT port has pins of its own.",
    "download": "The module waits for new firmware: its boot pin (GPIO0, on newer chips GPIO9) is low while it starts. "
    "Let it go high and restart.",
    "brownout": "The module restarts for lack of power. It draws 500 mA at times: give it a supply of its own, with 100 uF "
    "close by, and join the grounds.",
    "garbage": "Something comes in, but at no rate is it text. Check that the grounds are joined and the levels are 3.3 V, "
    "that no RS-232 adapter inverts the line, and that the module runs ESP-AT and not another firmware.",
    "silent": "Nothing comes in at any rate. Check power (3.3 V, 500 mA), EN or CH_PD high, TX to RX and RX to TX (they cross), "
    "the ground, and the pins: the AT port is often not the USB port (guide 1.3). A new module needs ESP-AT in its flash.",
}  # fmt: skip
