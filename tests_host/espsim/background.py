"""Something that runs in a thread of its own, with an event loop of its own."""
import asyncio
import threading


class Background:
    """Base: a subclass has the coroutine _live(), which awaits self.up() once it is there.

    A context manager; start() raises what keeps it from getting up.
    """

    def __init__(self, name):
        self.loop = None
        self.failure = None
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._thread, name=name, daemon=True)

    def start(self):
        self.thread.start()
        self.ready.wait()
        if self.failure:
            raise self.failure
        return self

    def stop(self):
        if self.thread.is_alive():
            self.loop.call_soon_threadsafe(self.leaving.set)
            self.thread.join()

    __enter__ = start

    def __exit__(self, *_):
        self.stop()

    def _thread(self):
        try:
            asyncio.run(self._main())
        except Exception as error:
            self.failure = error
        finally:
            self.ready.set()

    async def _main(self):
        self.loop = asyncio.get_running_loop()
        self.leaving = asyncio.Event()
        await self._live()

    async def up(self):
        """Let start() return, and wait for stop()."""
        self.ready.set()
        await self.leaving.wait()
