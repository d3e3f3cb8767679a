"""The simulated module at the emulated board's UART, in simulated time and in real time."""

import asyncio

import pytest
from pico.espsim_peer import EspsimPeer
from pico.peers import counting

espsim = pytest.importorskip("espsim")

TALK = """
import machine, time
u = machine.UART(1, baudrate=115200, rxbuf=4096, timeout=0, flow={flow})
def ask(command, ends=(b'OK\\r\\n', b'ERROR\\r\\n', b'>')):
    u.write(command + b'\\r\\n')
    answer = b''
    start = time.ticks_ms()
    while not answer.endswith(ends):
        answer += u.read(u.any()) or b''
        if time.ticks_diff(time.ticks_ms(), start) > 5000: raise OSError(answer)
    return answer
time.sleep_ms(100)
u.read()
start = time.ticks_us()
ask(b'ATE0')
took = time.ticks_diff(time.ticks_us(), start)
ask(b'AT+UART_CUR=921600,8,1,0,{module_flow}')
u.init(baudrate=921600, flow={flow})
time.sleep_ms(5)
ask(b'AT+CWMODE=1')
ask(b'AT+CWJAP="espressif","1234567890"')
ask(b'AT+CIPSTART="TCP","127.0.0.1",' + PORT)
"""

DOWNLOAD = TALK + """
ask(b'AT+CIPSEND=2')
u.write(b'go')
got = b''
while len(got) < 20000 or time.ticks_diff(time.ticks_ms(), last) < 50:
    n = u.any()
    if n:
        got += u.read(n)
        last = time.ticks_ms()
payload = b''
while True:
    at = got.find(b'+IPD,')
    if at < 0: break
    colon = got.find(b':', at)
    n = int(got[at + 5:colon])
    payload += got[colon + 1:colon + 1 + n]
    got = got[colon + 1 + n:]
import hashlib
print(took, len(payload), payload == bytes(i & 255 for i in range(20000)), machine.mem32[0x30000000])
"""


async def send_20000(reader, writer):
    if await reader.readexactly(2) == b"go":
        writer.write(counting(20000))
    await reader.read()
    writer.close()


def download(board, turnaround):
    with EspsimPeer(turnaround=turnaround) as peer:
        pico = board(uart=peer)
        pico.run("PORT = b'%d'" % peer.serve(send_20000))  # apart: the run to be compared has the same source each time
        result = pico.run(DOWNLOAD.format(flow=0, module_flow=0), timeout=60)
        assert peer.module.failures == []
    return result.output.split(), result.counters


def test_a_download_in_lockstep_is_whole_and_the_same_to_the_cycle(board):
    first = download(board, 0.002)
    (took, length, right, _), counters = first
    assert (length, right) == ("20000", "True") and counters["overruns"] == 0
    line = (6 + 6) * 10 / 115200 * 1e6  # ATE0 there and OK back; the echo comes while the module thinks
    assert line + 2000 < int(took) < line + 2000 + 1000
    assert download(board, 0.002) == first
    assert download(board, 0.003) != first


UPLOAD = TALK + """
ask(b'AT+CIPMODE=1')
ask(b'AT+CIPSEND')
data = bytes(i & 255 for i in range(40000))
sent = 0
while sent < 40000:
    sent += u.write(data, sent, 40000 - sent) or 0
time.sleep_ms(6000)
print(sent)
"""


def test_flow_control_carries_an_upload_that_the_module_is_slow_to_take(board):
    got = bytearray()
    held_back = []

    class Watched(EspsimPeer):
        def exchange(self, now, data, queued):
            reply = super().exchange(now, data, queued)
            held_back.append(reply.cts is False)
            return reply

    async def swallow(reader, writer):
        while data := await reader.read(500):
            got.extend(data)
            await asyncio.sleep(0.05)
        writer.close()

    with Watched(flow=True) as peer:
        pico = board(uart=peer)
        pico.run("PORT = b'%d'" % peer.serve(swallow, limit=500, receive_buffer=2048))
        script = UPLOAD.format(flow="machine.UART.RTS | machine.UART.CTS", module_flow=3)
        assert pico.run(script, timeout=60).output == "40000\n"
        assert peer.line.lost == 0
    assert True in held_back
    assert got == counting(40000)


def test_real_time_over_tcp(board):
    with espsim.Sim() as sim:
        pico = board(uart="%s:%d" % sim.address[:2])
        script = TALK.format(flow=0, module_flow=0).partition("ask(b'AT+UART_CUR")[0]
        assert pico.run(script + "print(ask(b'AT'))").output == "b'\\r\\nOK\\r\\n'\n"
