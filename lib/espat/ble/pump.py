"""Keeps the radio's events coming while an asyncio program only sleeps, on boards without a ticker."""

import sys

_PERIOD = 0.01  # seconds


def start(at):
    """Let a task of the running loop step the modem for ever; nothing happens in programs without asyncio."""
    if "asyncio" not in sys.modules:
        return
    import asyncio

    try:
        asyncio.get_running_loop() if hasattr(asyncio, "get_running_loop") else asyncio.current_task
    except RuntimeError:
        return
    asyncio.create_task(_pump(at, asyncio.sleep))


async def _pump(at, sleep):
    while True:
        at.step()
        await sleep(_PERIOD)
