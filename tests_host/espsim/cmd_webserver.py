"""AT+WEBSERVER: a real page for phones and browsers, to join an access point and to load firmware.

    GET  /                       the page (also every other path: a captive portal sends browsers there)
    GET  /getaprecord            {"aplist": [{"ssid", "rssi", "auth_mode"}]}
    POST /setstainfo             ssid and password, as a form or as JSON
    GET  /getstainfo             {"state": 0 idle, 1 connecting, 2 connected, 3 failed; "ssid", "ip"}
    GET  /getotainfo             {"fw_version", "at_core_version", "partitions"}
    POST /setotadata?partition=  the bytes of an image or partition
It listens at module.wifi.bind_address. The guide does not name the paths: they are this program's own.
"""
import asyncio
import contextlib
import json
import socket
import struct
import urllib.parse

from . import images
from .codes import Fail
from .command import Command, command, part
from .station import JOIN_DEFAULTS
from .transport import bind
from .webpage import PAGE

RECEIVED, CONNECTED, OTA_BEGINS, OTA_DONE, OTA_FAILED = range(1, 6)  # +WEBSERVERRSP:<n>
IDLE, CONNECTING, UP, FAILED = range(4)
HEAD_MOST = 4096
DNS_PORT = 53
REASONS = {200: "OK", 302: "Found", 400: "Bad Request", 404: "Not Found", 413: "Payload Too Large"}


class Captive(asyncio.DatagramProtocol):
    """The name server of a captive portal: every name is our own address."""

    def __init__(self, address):
        self.address = socket.inet_aton(address)

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, source):
        if len(data) < 17 or data[2] & 0x80:
            return
        end = data.find(b"\0", 12) + 5
        answer = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + self.address
        count = int(data[end - 4 : end] == b"\0\1\0\1")  # only to the question for an IPv4 address
        head = data[:2] + struct.pack("!HHHHH", 0x8180, 1, count, 0, 0)
        self.transport.sendto(head + data[12:end] + answer * count, source)


@part("web")
class WebServer:
    """m.web."""

    def __init__(self, m):
        self.m = m
        self.server = None
        self.captive = None
        self.timeout = 0
        self.state = IDLE
        self.told = False

    def say(self, number):
        self.m.report(f"+WEBSERVERRSP:{number}")

    async def start(self, port, timeout):
        """OSError if the port is taken."""
        self.timeout, self.state = timeout, IDLE
        pages = self._socket(socket.SOCK_STREAM, port)
        self.server = await asyncio.start_server(self._serve, sock=pages, limit=HEAD_MOST)
        with contextlib.suppress(OSError):  # another server of this module may have the port
            names = self._socket(socket.SOCK_DGRAM, DNS_PORT)
            captive = Captive(self.m.softap.address[0])
            self.captive, _ = await self.m.loop.create_datagram_endpoint(lambda: captive, sock=names)

    def _socket(self, kind, port):
        sock = socket.socket(socket.AF_INET, kind)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bind(sock, self.m.wifi.bind_address, port)
        except OSError:
            sock.close()
            raise
        return sock

    async def stop(self):
        for one in (self.server, self.captive):
            if one:
                one.close()
        self.server = self.captive = None

    # HTTP

    async def _serve(self, reader, writer):
        try:
            await asyncio.wait_for(self._request(reader, writer), self.timeout)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        except Exception:
            self.m.note_failure()
        finally:
            writer.close()

    async def _request(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        path, _, query = target.partition("?")
        length = int(fields.get("content-length") or 0)
        if method == "POST" and path == "/setotadata":
            status, body = await self._ota(reader, length, urllib.parse.parse_qs(query))
        else:
            data = await reader.readexactly(min(length, HEAD_MOST))
            status, body = self._answer(method, path, data, fields)
        await self._reply(writer, status, body)

    async def _reply(self, writer, status, body):
        """`body`: bytes are the page, a str is where to go, anything else JSON."""
        lines = [f"HTTP/1.1 {status} {REASONS[status]}", "Connection: close"]
        if isinstance(body, str):
            lines.append(f"Location: {body}")
            body = b""
        elif isinstance(body, bytes):
            lines.append("Content-Type: text/html; charset=utf-8")
        else:
            lines.append("Content-Type: application/json")
            body = json.dumps(body).encode()
        lines += [f"Content-Length: {len(body)}", "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        await writer.drain()

    def _answer(self, method, path, data, fields):
        pages = {"/getaprecord": self._access_points, "/getstainfo": self._station, "/getotainfo": self._versions}
        if method == "POST":
            return self._join(data, fields) if path == "/setstainfo" else (404, {"error": "no such page"})
        if path in pages:
            return 200, pages[path]()
        return (200, PAGE) if path == "/" else (302, f"http://{self.m.softap.address[0]}/")

    # Wi-Fi

    def _access_points(self):
        seen = [point for point in self.m.air.access_points if point.on and not point.hidden]
        points = [point for point in seen if point.owner is not self.m]
        points.sort(key=lambda point: -point.rssi)
        rows = [{"ssid": point.ssid.decode("utf-8", "replace"), "rssi": point.rssi, "auth_mode": point.ecn} for point in points]
        return {"aplist": rows}

    def _station(self):
        wifi = self.m.wifi
        if self.state == UP and not self.told:
            self.told = True
            self.say(CONNECTED)  # the browser has its result with this answer
        ssid = wifi.config["ssid"].decode("utf-8", "replace") if wifi.config else ""
        return {"state": self.state, "ssid": ssid, "ip": wifi.address}

    def _join(self, data, fields):
        as_json = "json" in fields.get("content-type", "")
        if as_json:
            given = json.loads(data)
        else:
            given = {name: values[0] for name, values in urllib.parse.parse_qs(data.decode(), keep_blank_values=True).items()}
        ssid, password = (str(given.get(name, "")).encode() for name in ("ssid", "password"))
        if not 0 < len(ssid) <= 32 or len(password) > 64:
            return 400, {"error": "bad name or password"}
        if self.state != CONNECTING:
            self.state, self.told = CONNECTING, False
            self.say(RECEIVED)
            self.m.spawn(self._connect(ssid, password))
        return (200, {"state": self.state}) if as_json else (302, "/")

    async def _connect(self, ssid, password):
        config = {**JOIN_DEFAULTS, "ssid": ssid, "password": password, "timeout": self.timeout}
        self.m.keep("cwjap", config, bool(self.m.sysstore))
        self.m.keep("reconn", [config["reconn"], self.m.wifi.reconnect[1]], bool(self.m.sysstore))
        self.state = FAILED if await self.m.wifi.join(config) else UP

    # firmware

    def _versions(self):
        lines = dict(line.split(":", 1) for line in self.m.profile.gmr if ":" in line)
        names = ["ota", *self.m.flash.partitions]
        return {"fw_version": lines.get("Bin version", ""), "at_core_version": lines.get("AT version", ""), "partitions": names}

    async def _ota(self, reader, length, query):
        name = query.get("partition", ["ota"])[0]
        self.say(OTA_BEGINS)
        try:
            if name != "ota" and name not in self.m.flash.partitions or length > images.SIZE_MOST:
                raise images.BadImage("no such partition")
            data = await reader.readexactly(length)
            if name == "ota":
                self.m.ota.install(data)
            else:
                self.m.ota.write_partition(name, data)
        except (images.BadImage, asyncio.IncompleteReadError) as error:
            self.say(OTA_FAILED)
            return 400, {"result": "failed", "error": str(error)}
        self.say(OTA_DONE)
        return 200, {"result": "succeeded"}


@command("+WEBSERVER")
class Switch(Command):
    async def set(self, m, args):
        if not args.int(0, 1):
            args.end()
            await m.web.stop()
            return
        port, timeout = args.int(1, 65535), args.int(21, 60)
        args.end()
        if m.web.server or not m.wifi.mode:
            raise Fail()
        try:
            await m.web.start(port, timeout)
        except OSError:
            raise Fail() from None
