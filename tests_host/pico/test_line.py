"""The emulated UART keeps true time and loses what a real one loses."""

from pico import Lockstep, Reply
from pico.peers import Flood, counting

RECEIVE = """
import machine, time
u = machine.UART(1, baudrate={baud}, rxbuf={rxbuf}, timeout=0, flow={flow})
buf = bytearray(256)
u.write(b'G')
got = wrong = 0
first = last = time.ticks_us()
while time.ticks_diff(time.ticks_us(), last) < 20000:
    n = u.any()
    if n:
        last = time.ticks_us()
        if not got: first, skipped = last, min(n, 256)
        n = u.readinto(buf, min(n, 256))
        for i in range({check} * n): wrong += buf[i] != (got + i) & 255
        got += n
print(got, wrong, time.ticks_diff(last, first), got - skipped)
"""


def receive(pico, baud, rxbuf=512, flow=0, check=False):
    script = RECEIVE.format(baud=baud, rxbuf=rxbuf, flow=flow, check=int(check))
    result = pico.run(script)
    return [int(word) for word in result.output.split()], result.counters


def test_a_board_receives_at_the_rate_of_the_line(board):
    pico = board(Flood({b"G": counting(2000)}))
    (got, _, microseconds, timed), counters = receive(pico, 115200)
    assert got == 2000 and counters["overruns"] == 0
    assert abs(timed / microseconds * 1e6 / 11520 - 1) < 0.005


def test_a_board_sends_at_the_rate_of_the_line(board):
    peer = Flood({})
    pico = board(peer)
    pico.run("import machine\nu = machine.UART(1, baudrate=115200, txbuf=2048)\nu.write(bytes(2000))\nu.flush()")
    assert len(peer.received) == 2000
    (start, before), (end, after) = [t for t in peer.times if t[1] > 0][0], peer.times[-1]
    assert abs((after - before) * 1e9 / (end - start) / 11520 - 1) < 0.005


def test_the_receive_fifo_holds_32_bytes_and_the_rest_is_lost(board):
    pico = board(Flood({b"G": counting(100)}, gap=100_000))
    result = pico.run("""
import machine, time
u = machine.UART(1, baudrate=3000000, rxbuf=512)
state = machine.disable_irq()
u.write(b'G')
time.sleep_us(900)   # more would be a sleep, which needs interrupts
machine.enable_irq(state)
time.sleep_ms(1)
print(u.read())
""")
    assert result.output == "%r\n" % counting(32)
    assert result.counters["overruns"] == 68


def test_a_plain_loop_overruns_at_3_megabaud_without_flow_control(board):
    pico = board(Flood({b"G": counting(20000)}))
    (got, _, _, _), counters = receive(pico, 3_000_000, rxbuf=1024)
    assert counters["overruns"] > 0
    assert got == 20000 - counters["overruns"]


def test_rts_keeps_every_byte_at_3_megabaud(board):
    pico = board(Flood({b"G": counting(5000)}), obey_rts=True)
    (got, wrong, _, _), counters = receive(pico, 3_000_000, rxbuf=1024, flow="machine.UART.RTS", check=True)
    assert (got, wrong, counters["overruns"]) == (5000, 0, 0)


def test_cts_holds_the_board_back(board):
    class Closed(Lockstep):
        """Lets the board send only from 50 ms after the start of its first wake-up."""

        def __init__(self):
            self.opened = None
            self.arrivals = []

        def exchange(self, now, data, queued):
            if data:
                self.arrivals.append((now, data))
            if self.opened is None:
                self.opened = now + 500_000_000
                return Reply(cts=False, wake=500_000_000)
            return Reply(cts=now >= self.opened, wake=max(0, self.opened - now) or None)

    peer = Closed()
    pico = board(peer)
    pico.run("""
import machine, time
u = machine.UART(1, baudrate=115200, flow=machine.UART.CTS)
u.write(b'held')
time.sleep(1)
""")
    assert b"".join(data for _, data in peer.arrivals) == b"held"
    assert peer.arrivals[0][0] > peer.opened


def test_a_write_longer_than_the_buffer_arrives_whole_and_takes_its_time(board):
    peer = Flood({})
    pico = board(peer)
    result = pico.run("""
import machine, time
u = machine.UART(1, baudrate=115200, txbuf=256)
data = bytes(i & 255 for i in range(600))
t = time.ticks_us()
n = u.write(data)
print(n, time.ticks_diff(time.ticks_us(), t))
u.flush()
""")
    written, microseconds = map(int, result.output.split())
    assert written == 600 and peer.received == counting(600)
    on_the_line = (600 - 256 - 32) * 10 / 115200 * 1e6  # the rest waits in txbuf and FIFO when write() returns
    assert on_the_line * 0.98 < microseconds < on_the_line * 1.1


def test_rxidle_interrupts_once_for_each_burst(board):
    pico = board(Flood({b"G": counting(10), b"H": counting(40)}))
    result = pico.run("""
import machine, time
u = machine.UART(1, baudrate=115200, rxbuf=512)
seen = [0, 0]
def idle(_, ticks_us=time.ticks_us):
    seen[1] = ticks_us()
    seen[0] += 1
u.irq(idle, machine.UART.IRQ_RXIDLE)
for start in (b'G', b'G', b'H'):
    seen[0] = 0
    t = time.ticks_us()
    u.write(start)
    time.sleep_ms(20)
    print(seen[0], time.ticks_diff(seen[1], t), u.any())
    u.read()
""")
    first, short, long = ([int(word) for word in line.split()] for line in result.output.splitlines())
    assert first[0] == 1
    byte, silence = 10 / 115200 * 1e6, 32 / 115200 * 1e6
    for (calls, microseconds, waiting), n in ((short, 10), (long, 40)):
        assert (calls, waiting) == (1, n)
        expected = byte + 1000 + n * byte + silence  # start byte, the peer's gap, the burst, 32 bits of silence
        assert expected < microseconds < expected + 150


def test_a_dma_channel_receives_without_the_processor(board):
    pico = board(Flood({b"G": counting(1024)}))
    result = pico.run("""
import machine, rp2, time
u = machine.UART(1, baudrate=921600)
machine.mem32[0x40038038] = 0   # no receive interrupts
machine.mem32[0x40038048] = 1   # requests to DMA on reception
buf = bytearray(1024)
d = rp2.DMA()
d.config(read=0x40038000, write=buf, count=1024, ctrl=d.pack_ctrl(size=0, inc_read=False, treq_sel=23), trigger=True)
u.write(b'G')
t = time.ticks_us()
while d.active() and time.ticks_diff(time.ticks_us(), t) < 100000: pass
print(time.ticks_diff(time.ticks_us(), t), buf == bytes(i & 255 for i in range(1024)))
""")
    microseconds, right = result.output.split()
    assert right == "True" and result.counters["overruns"] == 0
    expected = 1000 + 1025 * 10 / 923077 * 1e6  # 923077: the nearest rate that the clock divides down to
    assert abs(int(microseconds) / expected - 1) < 0.02


def test_another_rate_garbles_both_ways(board):
    peer = Flood({b"G": b"hello " * 10})

    def exchange(now, data, queued):
        reply = Flood.exchange(peer, now, data, queued)
        return reply if now else Reply(tx=[(600_000_000, b"hello " * 10)])

    pico = board(Lockstep(exchange), baud=57600)
    result = pico.run("""
import machine, time
u = machine.UART(1, baudrate=115200, rxbuf=512)
while not u.any(): pass
time.sleep_ms(30)
print(u.read())
u.write(b'hello')
u.flush()
""")
    assert result.output.startswith("b'") and "hello" not in result.output
    assert b"hello" not in peer.received and len(peer.received) == 5
