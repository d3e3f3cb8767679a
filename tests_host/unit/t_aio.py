"""The asyncio runner: tasks share one line, each gets its own answer, and blocking callers and jobs get their turn."""

import asyncio

from checks import raises
from espat import aio
from espat.errors import AtReset, AtTimeout
from espat.counted import Counted
from fakeport import FakePort

OK = b"\r\nOK\r\n"


class Ticking(FakePort):
    """A port whose clock runs on with every look at it: nobody calls wait() here."""

    def any(self):
        self.now += 1
        return FakePort.any(self)


def make(*steps):
    port = Ticking(*steps)
    at = port.at()
    at.nonos = b""
    return port, at, aio.AsyncAt(at)


def test_answer():
    port, at, line = make((b"AT+GMR\r\n", (20, b"AT version:3\r\n" + OK)), (b"AT+X?\r\n", b"+X:7\r\n" + OK))

    async def main():
        return await line.run(b"+GMR"), await line.run(b"+X?", lambda lines: int(lines[0][-1:]))

    assert asyncio.run(main()) == ([b"AT version:3"], 7)
    port.done()
    assert at.claims == 0


def test_tasks_get_their_own_answers():
    """All begin at once; each command is spoken after the one before, each answer goes to its task."""
    names = [b"+T%d" % i for i in range(5)]
    port, at, line = make(*[(b"AT%s\r\n" % n, (3 * i, b"%s:\r\n" % n + OK)) for i, n in enumerate(names)])

    async def main():
        return await asyncio.gather(*[line.run(n) for n in names])

    assert asyncio.run(main()) == [[b"%s:" % n] for n in names]
    port.done()


def test_one_fails_the_others_do_not():
    port, at, line = make((b"AT+A\r\n", b""), (b"AT+B\r\n", b"b\r\n" + OK), (b"AT+C\r\n", b"ready\r\n"))
    got = []

    async def one(name, **more):
        try:
            got.append(await line.run(name, **more))
        except OSError as e:
            got.append(type(e))

    async def main():
        await asyncio.gather(one(b"+A", timeout=50), one(b"+B"), one(b"+C"))

    asyncio.run(main())
    assert got == [AtTimeout, [b"b"], AtReset]


def test_cancelled():
    """The command of a cancelled task runs to its end; the next one's answer is its own."""
    port, at, line = make((b"AT+A\r\n", (300, b"old\r\n" + OK)), (b"AT+B\r\n", b"new\r\n" + OK))
    block = Counted(b"+FS:")

    async def main():
        task = asyncio.create_task(line.run(b"+A", block=block, secret=True))
        await asyncio.sleep(0.02)
        assert at.port.hide
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass
        return await line.run(b"+B")

    assert asyncio.run(main()) == [b"new"]
    assert at.parser._counted == [] and not at.port.hide and at.claims == 0
    port.done()


def test_cancelled_while_waiting_for_its_turn():
    port, at, line = make((b"AT+A\r\n", (200, OK)), (b"AT+C\r\n", OK))

    async def main():
        first = asyncio.create_task(line.run(b"+A"))
        await asyncio.sleep(0.01)
        second = asyncio.create_task(line.run(b"+B"))
        await asyncio.sleep(0.01)
        second.cancel()
        await first
        return await line.run(b"+C")

    assert asyncio.run(main()) == []
    assert at.claims == 0
    port.done()


def test_a_blocking_call_beside_it():
    port, at, line = make((b"AT+A\r\n", (50, b"a\r\n" + OK)), (b"AT+B\r\n", b"b\r\n" + OK))

    async def main():
        task = asyncio.create_task(line.run(b"+A"))
        await asyncio.sleep(0.01)
        assert at.run(b"+B") == [b"b"]
        return await task

    assert asyncio.run(main()) == [b"a"]
    port.done()


def test_keep():
    port, at, line = make((b"AT+P=1\r\n", OK), (b"AT+Q=1\r\n", b"\r\nERROR\r\n"))

    async def main():
        await line.keep(b"+P=1", secret=True)
        await line.keep(b"+Q=1")

    raises(OSError, asyncio.run, main())
    assert at.kept == [(b"+P=1", 5000, True)]
