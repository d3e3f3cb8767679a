"""The runner for asyncio programs: the same groups of commands, awaited.

    at = aio.AsyncAt(modem)
    print(await at_ip.address(at))

It shares the modem with blocking callers; sockets need none of this, asyncio polls them by itself. What waits for
messages has a call that does not wait, and other tasks go on meanwhile:

    while not client.check_msg():            # an MQTTClient; a WebSocket: `while not ws.any()`, then ws.recv()
        await asyncio.sleep(0.005)
    await at_http.get(aio.AsyncAt(modem), url, sink)          # sink(buf, off, n) gets the body piece by piece
"""

import asyncio

from espat.at import Call
from espat.turn import turn


class AsyncAt:
    """Gives the functions of at_*.py a `run` that returns an awaitable.

    at: the modem.
    """

    def __init__(self, at):
        self.at = at
        self.has = at.has
        self.nonos = at.nonos
        self.parser = at.parser
        self.forget = at.forget
        self._turn = asyncio.Lock()  # tasks are served in the order they come

    async def run(self, text, parse=None, timeout=5000, data=None, end=b"OK", each=None, block=None, secret=False):
        """At.run(), letting other tasks work while it waits; the same parameters and errors."""
        at = self.at
        call = Call(at, text, each, block, secret)
        async with self._turn:
            with turn:
                at.claims += 1
            try:
                while not at.launch(call, timeout, data, end):
                    await asyncio.sleep(0 if at.step() else 0.001)
            finally:
                with turn:
                    at.claims -= 1
            while call.outcome is None:
                await asyncio.sleep(0 if at.step() else 0.001)
        return call.result(parse)

    async def keep(self, text, timeout=5000, secret=False):
        """At.keep(), awaited."""
        answer = await self.run(text, timeout=timeout, secret=secret)
        self.at.remember(text, timeout, secret)
        return answer
