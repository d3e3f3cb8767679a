"""The runner for asyncio programs: the same groups of commands, awaited.

    at = aio.AsyncAt(modem)
    print(await at_ip.address(at))

It shares the modem with blocking callers; sockets need none of this, asyncio polls them by itself.
"""

import asyncio

from espat import engine as eng
from espat.at import keeper


class AsyncAt:
    """Gives the functions of at_*.py a `run` that returns an awaitable.

    at: the modem.
    """

    def __init__(self, at):
        self.at = at
        self.has = at.has
        self.nonos = at.nonos

    async def run(self, text, parse=None, timeout=5000, data=None, end=b"OK", each=None, block=None, secret=False):
        """At.run(), letting other tasks work while it waits; the same parameters and errors."""
        at = self.at
        while not at.idle():
            at.step()
            await asyncio.sleep(0)
        lines = []
        at.launch(text, timeout, data, end, keeper(each or lines.append), block, secret)
        try:
            while at.engine.phase:
                if not at.step():
                    await asyncio.sleep(0.001)
        finally:
            at.land(block)
        return at.result(parse, lines)

    async def keep(self, text, timeout=5000, secret=False):
        """At.keep(), awaited."""
        answer = await self.run(text, timeout=timeout, secret=secret)
        self.at.remember(text, timeout)
        return answer
