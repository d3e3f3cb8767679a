"""Several things at once with asyncio: two downloads while a task keeps counting."""

import asyncio

import espat_board

espat_board.modem().install()

import network

HOST = espat_board.setting("host", "example.com")
PORT = int(espat_board.setting("http_port", "80"))


async def count(ticks):
    while True:
        await asyncio.sleep(0.01)
        ticks.append(1)


async def get(path):
    reader, writer = await asyncio.open_connection(HOST, PORT)
    writer.write(b"GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" % (path, HOST.encode()))
    await writer.drain()
    size = 0
    while True:
        data = await reader.read(512)
        if not data:
            break
        size += len(data)
    writer.close()
    await writer.wait_closed()
    return size


async def main():
    wlan = network.WLAN(network.WLAN.IF_STA)
    wlan.active(True)
    wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
    while not wlan.isconnected():
        await asyncio.sleep(0.05)
    ticks = []
    counter = asyncio.create_task(count(ticks))
    sizes = await asyncio.gather(get(b"/"), get(b"/"))
    counter.cancel()
    print("two answers of", sizes, "bytes while the counter reached", len(ticks))
    print("ok: two downloads at once" if min(sizes) > 0 else "an answer was empty")


asyncio.run(main())
