"""A server for several clients at once with asyncio, while another task goes on."""

import asyncio

import espat_board

espat_board.modem().install()

import network

PORT = int(espat_board.setting("server_port", "5000"))
CLIENTS = int(espat_board.setting("clients", "3"))  # then the example ends

served = []
ticks = [0]


async def serve(reader, writer):
    address = writer.get_extra_info("peername")
    try:
        while True:
            line = await reader.readline()
            if not line:
                break
            writer.write(b"%d ticks, you said: " % ticks[0] + line)
            await writer.drain()
    finally:
        writer.close()
        await writer.wait_closed()
        served.append(address)


async def count():
    while True:
        ticks[0] += 1
        await asyncio.sleep(0.01)


async def main():
    wlan = network.WLAN(network.WLAN.IF_STA)
    wlan.active(True)
    wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
    while not wlan.isconnected():
        await asyncio.sleep(0.05)
    counter = asyncio.create_task(count())
    server = await asyncio.start_server(serve, "0.0.0.0", PORT)
    print("connect to", wlan.ifconfig()[0], "port", PORT)
    while len(served) < CLIENTS:
        await asyncio.sleep(0.05)
    server.close()
    await server.wait_closed()
    counter.cancel()
    print("ok: served %d clients" % len(served) if ticks[0] else "the counter stood still")


asyncio.run(main())
