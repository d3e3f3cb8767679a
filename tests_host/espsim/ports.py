"""Where a host plugs in: a TCP port or a pseudo terminal. Unplugging is not a power cut: the module goes on."""
import asyncio
import contextlib
import os
import socket
import tty

OUT_LIMIT = 65536


class TcpPort(asyncio.Protocol):
    """One host connection. A newcomer takes the line over, as a re-plugged cable would."""

    def __init__(self, line, on_leave=None):
        self.line = line
        self.on_leave = on_leave
        self.transport = None
        self.paused = False
        self.full = False
        self.room = asyncio.Event()
        self.room.set()

    def connection_made(self, transport):
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.set_write_buffer_limits(OUT_LIMIT)
        self.line.plug(self)

    def data_received(self, data):
        if self.line.port is self:
            self.line.host_bytes(data)

    def connection_lost(self, exc):
        self.room.set()
        if self.line.port is self:
            self.line.unplug(self)
            if self.on_leave:
                self.on_leave()

    def unplugged(self):
        """Another port took the line."""
        self.transport.close()

    def write(self, data):
        self.transport.write(data)

    def pause(self, yes):
        if yes != self.paused and not self.transport.is_closing():
            self.paused = yes
            (self.transport.pause_reading if yes else self.transport.resume_reading)()

    def pause_writing(self):
        self.full = True
        self.room.clear()

    def resume_writing(self):
        self.full = False
        self.room.set()
        self.line.port_ready()

    async def drain(self):
        await self.room.wait()

    def close(self):
        self.transport.close()


class PtyPort:
    """A pseudo terminal, reachable as `path` (a symbolic link to it)."""

    def __init__(self, line, path):
        self.line = line
        self.path = path
        self.loop = asyncio.get_running_loop()
        self.master, self.slave = os.openpty()  # the slave stays open here: no end of file between two users
        tty.setraw(self.slave)
        os.set_blocking(self.master, False)
        with contextlib.suppress(FileNotFoundError):
            if os.path.islink(path):
                os.unlink(path)
        os.symlink(os.ttyname(self.slave), path)
        self.out = bytearray()
        self.paused = False
        self.full = False
        self.loop.add_reader(self.master, self._readable)
        line.plug(self)

    def _readable(self):
        with contextlib.suppress(BlockingIOError):
            data = os.read(self.master, 4096)
            if self.line.port is not self:
                self.line.plug(self)
            self.line.host_bytes(data)

    def unplugged(self):
        pass  # it takes the line again with the next byte written to it

    def write(self, data):
        if not self.out:
            self.loop.add_writer(self.master, self._writable)
        self.out += data
        self.full = len(self.out) > OUT_LIMIT
        if self.full and not self.line.paced:
            del self.out[:-OUT_LIMIT]  # nobody reads: the oldest goes, as on an open pin

    def _writable(self):
        with contextlib.suppress(BlockingIOError):
            del self.out[: os.write(self.master, self.out)]
        if not self.out:
            self.loop.remove_writer(self.master)
        if self.full and len(self.out) < OUT_LIMIT // 2:
            self.full = False
            self.line.port_ready()

    def pause(self, yes):
        if yes != self.paused:
            self.paused = yes
            if yes:
                self.loop.remove_reader(self.master)
            else:
                self.loop.add_reader(self.master, self._readable)

    async def drain(self):
        for _ in range(200):  # a terminal nobody reads must not stop the module for ever
            if len(self.out) <= OUT_LIMIT // 2:
                break
            await asyncio.sleep(0.005)

    def close(self):
        self.loop.remove_reader(self.master)
        self.loop.remove_writer(self.master)
        os.close(self.master)
        os.close(self.slave)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)


async def serve_tcp(line, host, port, on_leave=None):
    """Listen for the host; the server's bound address is in `sockets[0].getsockname()`."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: TcpPort(line, on_leave), host, port, reuse_address=True)
