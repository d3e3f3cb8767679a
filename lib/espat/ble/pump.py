"""Keeps the radio's events coming while an asyncio program only sleeps, on boards without a ticker."""

import sys

_PERIOD = 0.01  # seconds


def start(ble):
    """Let a task of the running loop step the modem while the radio is on; nothing happens in programs without asyncio."""
    if "asyncio" not in sys.modules:
        return
    import asyncio

    try:
        asyncio.get_running_loop() if hasattr(asyncio, "get_running_loop") else asyncio.current_task
    except RuntimeError:
        return
    ble.pump = mine = [ble.at]
    asyncio.create_task(_pump(ble, mine, asyncio.sleep))


async def _pump(ble, mine, sleep):
    while ble.pump is mine:  # not one of an earlier time
        ble.at.step()
        await sleep(_PERIOD)
