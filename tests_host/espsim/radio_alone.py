"""What BluFi and HID have in common: a service of their own that advertises, one peer, and no other Bluetooth LE beside it."""


class Alone:
    """Base of such a part; a subclass starts it with acquire() and _begin(). kind: what the radio knows it by."""

    kind = ""

    def __init__(self, m):
        self.m = m
        self.running = False
        self.stack = None
        self.connection = None

    async def _begin(self, services):
        self.stack.publish(services)
        self.running = True
        await self._advertise()

    async def stop_all(self):
        self.running = False
        await self.stack.device.stop_advertising()
        if self.connection:
            await self.connection.disconnect()
        self.stack.publish([])
        await self.m.radio.release(self.kind)
