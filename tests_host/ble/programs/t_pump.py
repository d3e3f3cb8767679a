"""A board without a timer: while the program sleeps in asyncio, the radio's own task keeps its events coming."""

PROFILE = "5.0"
ONLY = ("mp64", "mp32")

import asyncio

import shallow  # noqa: F401  (first)
import espat_board

_make = espat_board.modem
espat_board.modem = lambda **options: _make(ticker=False, **options)

import play

from bluetooth import BLE, FLAG_WRITE, UUID
from espat.ble import pump

modem = play.modem
got = []


async def radio():
    ble = BLE()
    ble.irq(lambda event, data: got.append(event))
    ble.active(True)
    ble.gatts_register_services(((UUID(0x180D), ((UUID(0x2A39), FLAG_WRITE),)),))
    ble.gap_advertise(20000, b"\2\1\6")
    phone = play.ask("phone", None, None)[0]
    link = play.ask("connect", phone, play.hexed(ble.config("mac")[1]), False)
    await asyncio.sleep(0.1)
    assert got == [1], got
    play.ask("discover", phone, link)
    play.ask("write", phone, link, "2a39", "00")
    await asyncio.sleep(0.1)
    play.ask("disconnect", phone, link)
    await asyncio.sleep(0.3)
    assert got == [1, 3, 2], got
    ble.active(False)


def test_events_while_it_sleeps():
    assert modem.timer is None
    for _ in range(2):
        asyncio.run(radio())
        asyncio.new_event_loop()
        del got[:]


def test_switched_off_and_on_again():
    """There is one pump while the radio is on, and none while it is off."""
    alive = []
    plain = pump._pump

    async def counted(*arguments):
        alive.append(True)
        try:
            await plain(*arguments)
        finally:
            alive.pop()

    async def toggle():
        ble = BLE()
        for _ in range(4):
            ble.active(True)
            await asyncio.sleep(0.05)
            assert len(alive) == 1, alive
            ble.active(False)
            ble.active(True)
            await asyncio.sleep(0.05)
            assert len(alive) == 1, alive
            ble.active(False)
            await asyncio.sleep(0.05)
            assert not alive, alive

    pump._pump = counted
    try:
        asyncio.run(toggle())
    finally:
        pump._pump = plain
        asyncio.new_event_loop()
