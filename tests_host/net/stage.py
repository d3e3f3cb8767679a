"""What stands around a program under test: a simulated module, real peers on loopback, and a control line.

The program runs in an interpreter of its own (see players.py). Over the control line it asks for what happens
elsewhere: a peer that accepts, sends, closes or resets; an access point that vanishes; a module that restarts. A
request is one line of JSON, [name, arguments...]; the answer [value], or [null, text] when it went wrong. Bytes travel
as hexadecimal digits.
"""

import asyncio
import contextlib
import fcntl
import json
import select
import socket
import struct
import termios
import threading
import time

from espsim import Air, Sim
from espsim.faults import Faults
from mp import services

SSID, PASSWORD = "espressif", "1234567890"
PATIENCE = 10  # seconds a peer waits for the program


def pattern(n, seed=0):
    """n bytes that differ from place to place; programs/play.py has the same."""
    return bytes((seed + i * 7 + (i >> 8) * 13) & 255 for i in range(min(n, 65536)))


class Stage:
    """One module and its surroundings; a context manager. Every do_*() is a request of the program."""

    def __init__(self, profile="esp32-3.4", **options):
        self.profile = profile
        self.options = options
        self.listeners, self.peers = [], []
        self.seen, self.times = {}, {}  # of watched peers
        self.stack = contextlib.ExitStack()

    def __enter__(self):
        self.air = Air()
        self.air.connect_timeout = 1.0
        self.faults = Faults()
        self.sim = Sim(profile=self.profile, air=self.air, faults=self.faults, **self.options).start()
        self.control = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.control.shutdown(socket.SHUT_RDWR)
        self.control.close()
        self.thread.join()
        self.stack.close()
        for end in [*self.listeners, *self.peers]:
            end.close()
        self.sim.stop()

    @property
    def variables(self):
        """Environment variables by which a program finds its place on the stage."""
        return {"ESPAT_PORT": "%s:%d" % self.sim.address[:2], "ESPAT_SSID": SSID, "ESPAT_PASSWORD": PASSWORD,
                "ESPAT_STAGE": str(self.control.getsockname()[1])}

    def _serve(self):
        while True:
            try:
                line, _ = self.control.accept()
            except OSError:
                return
            with line, line.makefile("rwb") as file:
                for request in file:
                    file.write(json.dumps(self._answer(request)).encode() + b"\n")
                    file.flush()

    def _answer(self, request):
        name, *arguments = json.loads(request)
        try:
            return [getattr(self, "do_" + name)(*arguments)]
        except Exception as error:
            return [None, "%s: %r" % (name, error)]

    # peers

    def do_listen(self, buffer=0):
        """A listening TCP port; gives (its handle, port). buffer: bytes the kernel keeps for each of its peers."""
        self.listeners.append(socket.create_server(("127.0.0.1", 0)))
        self.listeners[-1].settimeout(PATIENCE)
        if buffer:
            self.listeners[-1].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        return len(self.listeners) - 1, self.listeners[-1].getsockname()[1]

    def do_datagrams(self):
        """A UDP port; gives (handle of a peer, port)."""
        peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        peer.bind(("127.0.0.1", 0))
        return self._peer(peer), peer.getsockname()[1]

    def _peer(self, peer):
        peer.settimeout(PATIENCE)
        self.peers.append(peer)
        return len(self.peers) - 1

    def do_accept(self, listener):
        """The handle of the next connection."""
        return self._peer(self.listeners[listener].accept()[0])

    def do_unused(self):
        """A port that nothing uses, neither here nor at the module's own address."""
        return services.free_port()

    def do_unread(self, peer):
        """Whether something has come that the peer has not read."""
        return bool(select.select([self.peers[peer]], [], [], 0)[0])

    def do_send(self, peer, text, after=0):
        """Send now, or after so many seconds."""
        data = bytes.fromhex(text)
        if after:
            threading.Timer(after, self._send_all, (self.peers[peer], data, len(data), False)).start()
        else:
            self.peers[peer].sendall(data)

    def do_send_pattern(self, peer, n, seed=0):
        """n bytes of pattern(), from a thread: the program has to read meanwhile. The peer closes behind it if n < 0."""
        sock, data = self.peers[peer], pattern(abs(n), seed)
        threading.Thread(target=self._send_all, args=(sock, data, abs(n), n < 0), daemon=True).start()

    @staticmethod
    def _send_all(sock, data, n, close):
        try:
            for at in range(0, n, len(data)):
                sock.sendall(data[: n - at])
            if close:
                sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the program has gone: it knows why

    def do_send_blocks(self, peer, text, count):
        """The same bytes many times, from a thread."""
        data = bytes.fromhex(text) * count
        threading.Thread(target=self._send_all, args=(self.peers[peer], data, len(data), False), daemon=True).start()

    def do_watch(self, peer):
        """Note when the next byte arrives."""
        self.seen[peer] = threading.Thread(target=self._watch, args=(peer,), daemon=True)
        self.seen[peer].start()

    def _watch(self, peer):
        self.peers[peer].recv(1)
        self.times[peer] = time.time()

    def do_watched(self, peer):
        """The time (since 1970) at which it arrived."""
        self.seen[peer].join(PATIENCE)
        return self.times.pop(peer)

    def do_http(self, page):
        """An HTTP server; gives the page's address."""
        return self.stack.enter_context(services.WebServer(page.encode()).running())

    def do_recv(self, peer, n):
        """Exactly n bytes, fewer when the program closes."""
        data = b""
        while len(data) < n:
            piece = self.peers[peer].recv(n - len(data))
            if not piece:
                break
            data += piece
        return data.hex()

    def do_recv_pattern(self, peer, n, seed=0):
        """Receive n bytes and compare them with pattern(); gives how many were right."""
        right, want = 0, pattern(n, seed)
        while right < n:
            piece = self.peers[peer].recv(65536)
            at = right % len(want)
            if not piece or piece != (want * 2)[at:at + len(piece)]:
                break
            right += len(piece)
        return right

    def do_recvfrom(self, peer):
        """(a datagram's bytes, port of its sender)."""
        data, sender = self.peers[peer].recvfrom(65536)
        self.last_sender = sender
        return data.hex(), sender[1]

    def do_sender(self):
        return list(self.last_sender)

    def do_reply(self, peer, text):
        """A datagram to whom the last one came from."""
        self.peers[peer].sendto(bytes.fromhex(text), self.last_sender)

    def do_reply_to(self, peer, text, port):
        self.peers[peer].sendto(bytes.fromhex(text), (self.last_sender[0], port))

    def do_arrived(self, peer, seconds):
        """Whether something arrives within so many seconds, which is not taken; how long it took in ms."""
        begun = time.monotonic()
        ready = select.select([self.peers[peer]], [], [], seconds)[0]
        return [bool(ready), int((time.monotonic() - begun) * 1000)]

    def do_close(self, peer):
        self.peers[peer].close()

    def do_shutdown(self, peer):
        """The peer sends nothing more, and reads on."""
        self.peers[peer].shutdown(socket.SHUT_WR)

    def do_reset(self, peer):
        self.peers[peer].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.peers[peer].close()

    def do_port_of(self, peer):
        return list(self.peers[peer].getpeername())

    # the module and the air

    def do_restart(self):
        self.sim.restart()

    def do_power_off(self, seconds):
        """No power for so long; the answer comes at once."""
        self.sim.call(self.sim.module.restart_soon, seconds)

    def do_inject(self, text):
        self.sim.inject(bytes.fromhex(text))

    def do_silence(self, on):
        """The wires are cut (and mended): nothing passes in either direction."""
        for way in ("to_host", "to_module"):
            self.faults.__dict__.pop(way, None)
            if on:
                setattr(self.faults, way, lambda data: b"")

    def do_fault(self, on, match, do, times=1, text=""):
        """A scripted fault, see espsim/faults.py."""
        self.faults.rules.append({"on": on, "match": match, "do": do, "times": times, "text": text})

    def do_switch(self, ssid, on):
        self.air.switch(ssid, on)

    def do_kick(self):
        self.air.kick()

    def do_add(self, ssid_hex, password_hex, fields):
        self.air.add(bytes.fromhex(ssid_hex), bytes.fromhex(password_hex), **fields)

    def do_change(self, ssid, fields):
        """Change fields of an access point."""
        for name, value in fields.items():
            setattr(self.air.find(ssid), name, value)

    def do_dns(self, works):
        self.air.dns_down = not works

    def do_name(self, name, address):
        self.air.names[name] = address

    def do_dead(self, address, seconds):
        """Nothing answers from this address; the module tries for so many seconds."""
        self.air.connect_timeout = seconds
        self.air.dead.add(address)

    def do_delay_connect(self, seconds):
        """The module's next connection takes so long."""
        net = self.sim.module.net
        plain = net.open

        async def slowly(wish):
            net.open = plain
            await asyncio.sleep(seconds)
            return await plain(wish)

        net.open = slowly

    def do_drain(self, peer):
        """From now on the peer reads and forgets."""
        threading.Thread(target=self._drain, args=(self.peers[peer],), daemon=True).start()

    def do_echo(self, peer):
        """From now on the peer sends back what it gets."""
        threading.Thread(target=self._drain, args=(self.peers[peer], self.peers[peer].sendall), daemon=True).start()

    @staticmethod
    def _drain(peer, use=lambda data: None):
        with contextlib.suppress(OSError):
            data = peer.recv(65536)
            while data:
                use(data)
                data = peer.recv(65536)

    def do_links(self):
        """Numbers of the links open in the module."""
        return self.sim.call(lambda: sorted(self.sim.module.net.links))

    def do_waiting(self, n):
        """Wait until the module holds n received bytes in all."""
        return self._until(lambda: sum(link.waiting for link in self.sim.module.net.links.values()) >= n)

    def do_acknowledged(self, peer):
        """Wait until what this peer has sent has arrived at the module's side."""
        left = bytearray(4)

        def none_left():
            fcntl.ioctl(self.peers[peer], termios.TIOCOUTQ, left)
            return not any(left)

        return self._until(none_left)

    def do_ended(self, n):
        """Wait until the peers of n links have gone, as far as the module can see."""
        return self._until(lambda: sum(link.ended for link in self.sim.module.net.links.values()) >= n)

    def _until(self, condition):
        end = time.monotonic() + PATIENCE
        while not self.sim.call(condition):
            if time.monotonic() > end:
                raise TimeoutError("it has not happened")
            time.sleep(0.005)
        return True

    # what went over the line

    def do_clear(self):
        self.sim.call(self.sim.trace.clear)

    def do_count(self, text):
        """How often the program has written this since do_clear()."""
        return self.sim.call(lambda: self.sim.trace.bytes("tx").count(text.encode()))

    def do_heard(self):
        return self.sim.call(lambda: self.sim.trace.bytes("rx").hex())

    def do_written(self):
        return self.sim.call(lambda: self.sim.trace.bytes("tx").hex())
