"""A program for the emulated Pico that weighs the library: RAM by the import, by a Modem that is up, by the first socket."""

import collections

from pico.espsim_peer import EspsimPeer

# Where the library was; bytes of RAM by the import, then by a Modem that is up and installed, then by a socket that is
# connected; in sum, with what the program itself imports and holds
Weights = collections.namedtuple("Weights", "place loaded running socket sum")
PROGRAM = """
import gc, machine, sys
def grown(since):
    gc.collect()
    return gc.mem_alloc() - since
begin = grown(0)
import espat
loaded = grown(begin)
u = machine.UART(1, 115200, rxbuf=4096, timeout=0)
start = grown(0)
modem = espat.Modem(u)
modem.install()
running = grown(start)
import network, socket
wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect("espressif", "1234567890")
while not wlan.isconnected(): pass
start = grown(0)
s = socket.socket()
s.connect(("127.0.0.1", {port}))
s.write(b"x")
print(sys.modules["espat"].__file__, loaded, running, grown(start), grown(begin), s.read(1).decode())
print(".".join(str(n) for n in modem.firmware))
modem.timer.deinit()
"""


async def _echo(reader, writer):
    writer.write(await reader.read(1))
    await reader.read()
    writer.close()


def weigh(start):
    """The Weights. start: function(peer) -> a Pico that is on, its UART joined to the peer."""
    with EspsimPeer(turnaround=0.001) as peer:
        output = start(peer).run(PROGRAM.format(port=peer.serve(_echo)), timeout=120).output
        assert peer.module.failures == []
    place, *weights, echoed, version = output.split()
    assert echoed == "x" and version == "3.4.0.0", output
    return Weights(place, *(int(number) for number in weights))
