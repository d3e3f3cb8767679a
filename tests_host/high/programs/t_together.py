"""MQTT, WebSocket and HTTP from asyncio tasks: while one waits the others go on, and all get what is theirs."""

import asyncio

import high
import play
from espat import aio
from espat.net import at_http
from espat.net.mqtt import MQTTClient
from espat.net.websocket import WebSocket
from high import ask, modem

TIMEOUT = 120
play.join()


class Sink:
    """Counts the bytes of a body, and compares them."""

    def __init__(self):
        self.count = 0
        self.good = True

    def __call__(self, buf, off, n):
        want = bytes([(i * 7 + (i >> 8) * 13) & 255 for i in range(self.count, self.count + n)])
        self.good = self.good and bytes(buf[off : off + n]) == want
        self.count += n


async def until(ready):
    while not ready():
        await asyncio.sleep(0.005)


async def mqtt(told):
    client = MQTTClient(modem, "together", "127.0.0.1", ask("broker"))
    client.connect()
    client.subscribe("t/+", callback=lambda topic, message: told.append(message))
    for n in range(3):
        client.publish("t/x", "message %d" % n)
        await until(client.check_msg)
    client.disconnect()


async def websocket(told):
    with WebSocket(modem, "ws://127.0.0.1:%d/" % ask("echo")) as ws:
        for n in range(3):
            ws.send("word %d" % n)
            await until(ws.any)
            told.append(ws.recv())


async def http(told):
    sink = Sink()
    await at_http.get(aio.AsyncAt(modem), ask("web") + "/file/20000", sink)
    told.append((sink.count, sink.good))


async def count(ticks):
    while True:
        ticks[0] += 1
        await asyncio.sleep(0.001)


async def alone(job):
    # ticks of another task while the job is at it
    ticks, told = [0], []
    other = asyncio.create_task(count(ticks))
    await asyncio.wait_for(job(told), 60)
    other.cancel()
    return ticks[0], told


def test_other_tasks_go_on():
    for job, want in (
        (mqtt, [b"message 0", b"message 1", b"message 2"]),
        (websocket, [b"word 0", b"word 1", b"word 2"]),
        (http, [(20000, True)]),
    ):
        ticks, told = asyncio.run(alone(job))
        assert told == want and ticks > 3, (ticks, told)
    high.ready()


async def all_three(told):
    await asyncio.wait_for(asyncio.gather(mqtt(told), websocket(told), http(told)), 60)


def test_all_at_once():
    told = []
    asyncio.run(all_three(told))
    assert len(told) == 7 and (20000, True) in told and b"message 2" in told and b"word 2" in told, told
    high.ready()
