"""The stage of net/, with servers on it: an MQTT broker, a web server, WebSocket, time, files, sensors.

Each starts with the first program that asks for it and ends with the stage.
"""

import contextlib
import dataclasses
import http.client
import importlib.util
import json
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from espsim import images
from espsim import command
from espsim.bme280 import Bme280
from espsim.codes import SEND_OK
from espsim.w25q import W25q32
from mp.services import Listener
from net.stage import PASSWORD, SSID, pattern
from net.stage import Stage as Bare
from sim import servers
from sim.servers import ws_frame
from sim.test_sntp import TimeServer


def body(n):
    """n bytes of a file; programs/high.py has the same."""
    return bytes((i * 7 + (i >> 8) * 13) & 255 for i in range(n))


class Files(dict):
    """/file/<n>: n bytes."""

    def __contains__(self, path):
        return path.startswith("/file/") and path[6:].isdigit()

    def __getitem__(self, path):
        return body(int(path[6:]))


class Web(servers.Web):
    """Has files of any length."""

    def __init__(self, **options):
        super().__init__(**options)
        self.files = Files()


class Firmware(dict):
    """What Espressif's server tells of its firmware, and the image."""

    def __init__(self, version):
        super().__init__()
        self.told = b'{"status": 200, "rom_version": "%s"}' % version.encode()
        self.image = images.build(images.Image(version), bytes(5000))
        self.asked = 0

    def __contains__(self, path):
        return path in ("/v1/device/rom/", "/ota")

    def __getitem__(self, path):
        self.asked += path != "/ota"
        return self.told if path != "/ota" and self.asked % 2 else self.image


class UserCommand(command.Command):
    """AT+TEST, as somebody adds it to the firmware (guide 6.4): all forms, text in front of OK, a data phase, reports."""

    async def test(self, m):
        m.say("this cmd is test cmd: +TEST")

    async def query(self, m):
        m.say("this cmd is query cmd: +TEST")

    async def execute(self, m):
        m.say("this cmd is execute cmd: +TEST")
        m.final("SEND OK")  # in front of OK: what esp_at_response_result() says

    async def set(self, m, args):
        number, text = args.int(0, 10), args.text(default="")
        args.end()
        if number == 10:
            data = await m.data_phase(len(text))
            m.report(b"+TESTDATA:%d," % len(data) + data[::-1])
            return SEND_OK
        m.say(f"first parameter is: {number}")
        m.say(f"second parameter is: {text}")
        for at in range(number):
            m.after_final(lambda at=at: m.report(f"+TESTREPORT:{at},{text}"))
        return None


# One Bluetooth service as rows of guide 6.9: readable and writable, with a descriptor that makes it notify
SERVICE = "0,16,0x2800,0x01,2,2,FF01", "1,16,0x2803,0x11,1,1,1A", "2,16,0xC300,0x11,1,1,30", "3,16,0x2902,0x11,2,2,0000"


class Stage(Bare):
    """See net.stage.Stage."""

    def __enter__(self):
        self.running = contextlib.ExitStack()
        self.services = {}
        self.ears, self.checks, self.calls = [], [], []
        return super().__enter__()

    def __exit__(self, *error):
        super().__exit__(*error)
        self.running.close()

    def service(self, name, make):
        """The running service of this name; make() gives a context manager."""
        if name not in self.services:
            self.services[name] = self.running.enter_context(make())
        return self.services[name]

    def in_front(self, name, port, **tls):
        """A TLS server with a certificate of its own that passes everything on to a local port."""
        return self.service(name, lambda: servers.TcpServer(servers.forward_to(port), servers.server_context("broker", **tls)))

    def do_user_command(self):
        """The firmware has AT+TEST."""
        command.COMMANDS["+TEST"] = UserCommand("+TEST")
        self.running.callback(command.COMMANDS.pop, "+TEST")
        module = self.sim.module
        self.sim.call(setattr, module, "profile", dataclasses.replace(module.profile, user=frozenset({"+TEST"})))

    # MQTT

    def broker(self):
        return self.service("broker", servers.Broker)

    def do_broker(self, kind="tcp"):
        """Port of the broker: tcp, ws, tls, wss, and with mutual before it one that asks for a certificate."""
        broker = self.broker()
        if kind in ("tcp", "ws"):
            return broker.port if kind == "tcp" else broker.ws_port
        trust = servers.MODULE_PKI / "mqtt_ca.crt" if kind.startswith("mutual") else None
        return self.in_front(kind, broker.ws_port if kind.endswith("wss") else broker.port, trust=trust).port

    def do_drop(self, kind):
        """End all connections of a TLS server, as a broken network would."""
        self.services[kind].drop()

    # web

    def web(self, secure=False):
        context = servers.server_context("broker") if secure else None
        return self.service("https" if secure else "http", lambda: Web(context=context))

    def do_web(self, secure=False):
        """The address of a web server that has /file/<n> with body(n), and what sim/servers.py has."""
        return self.web(secure).url("")

    def do_asked(self):
        """The last request: method, path, headers, length of its body if it is body(n), else the body as text."""
        method, path, headers, data = self.web().requests[-1]
        return method, path, headers, len(data) if data == body(len(data)) else data.decode()

    # WebSocket

    def do_echo(self, secure=False):
        """Port of a WebSocket server that sends messages back."""
        name = "wss echo" if secure else "ws echo"
        self.echo = servers.WsEcho()
        context = servers.server_context("broker") if secure else None
        return self.service(name, lambda: servers.TcpServer(self.echo, context)).port

    def do_frames(self):
        """(opcode, length) of what came so far, and the head of the last request."""
        return [(frame[0], len(frame[2])) for frame in self.echo.frames], self.echo.heads[-1]

    def do_ws_say(self, opcode, n):
        """The server sends a message of body(n), or closes with opcode 8."""
        servers.until(lambda: len(self.echo.socks) == len(self.echo.heads))  # the client may know before the server does
        self.echo.socks[-1].sendall(ws_frame(opcode, body(n)))

    def do_ws_delay(self, seconds):
        self.sim.call(lambda: setattr(self.sim.module.websockets, "delay", seconds))

    # devices

    def do_solder(self):
        """A BME280 on I2C 0 and a W25Q32 on SPI, selected by pin 5."""
        self.sensor = Bme280()
        self.sim.module.board.i2c[0][0x76] = self.sensor
        self.sim.module.board.spi[5] = W25q32(speed=50)

    def do_published(self, package):
        """A folder in which nothing but this installed package lies."""
        folder = self.running.enter_context(tempfile.TemporaryDirectory())
        found = importlib.util.find_spec(package)
        shutil.copytree(pathlib.Path(found.origin).parent, pathlib.Path(folder, package))
        return folder

    def do_weather(self, celsius, hectopascal, percent):
        self.sensor.celsius, self.sensor.pascal, self.sensor.percent = celsius, hectopascal * 100, percent

    def do_volts(self, channel, millivolts):
        self.sim.module.board.millivolts[channel] = millivolts

    def do_duties(self):
        """{pin: duty} of the PWM outputs."""
        return self.sim.call(lambda: {pin: channel.duty for pin, channel in self.sim.module.board.pwm.items()})

    # provisioning, firmware, time, sleep

    def do_phone(self, password, after=0.2, kind="ESPTOUCH", **more):
        """A phone's app tells name and password, in a moment."""
        threading.Timer(after, lambda: self.sim.call(self.air.smartconfig, SSID, password, kind, **more)).start()

    def do_button(self, after=0.2):
        threading.Timer(after, lambda: self.sim.call(self.air.push_button, SSID)).start()

    def do_browse(self, port, *what, after=0.2):
        """A browser visits the module's page: captive (is sent there), form, json (join the network), firmware, broken
        firmware."""
        threading.Timer(after, self._browse, (port, what)).start()

    def _browse(self, port, what):
        address = self.sim.call(lambda: self.sim.module.wifi.bind_address)
        page = http.client.HTTPConnection(*servers.reach(address, port), timeout=10)

        def ask(method, path, data=None, kind="application/x-www-form-urlencoded"):
            page.request(method, path, data, {"Content-Type": kind})
            return page.getresponse().read()

        if "captive" in what:
            page.request("GET", "/generate_204")
            answer = page.getresponse()
            answer.read()
            self.sent_to = answer.status, answer.getheader("Location")
        if "form" in what or "json" in what:
            pair = {"ssid": SSID, "password": PASSWORD}
            if "form" in what:
                ask("POST", "/setstainfo", urllib.parse.urlencode(pair))
            else:
                ask("POST", "/setstainfo", json.dumps(pair), "application/json")
            servers.until(lambda: json.loads(ask("GET", "/getstainfo"))["state"] == 2, 10)
        image = images.build(images.Image("v9.9.9.0"), bytes(1000))
        if "firmware" in what:
            ask("POST", "/setotadata?partition=ota", image)
        if "broken firmware" in what:
            ask("POST", "/setotadata?partition=ota", image[:-1])

    def do_sent_to(self):
        """Where the browser was sent when it asked for something else: status, address."""
        return self.sent_to

    def do_firmware(self, version):
        """A web server has an image of this version at /ota, and stands in for Espressif's; gives its address."""
        self.web().files = Firmware(version)
        self.air.names["iot.espressif.cn"] = "10.9.8.7"
        self.air.routes["10.9.8.7", 80] = ("127.0.0.1", self.web().port)
        return self.web().url("")

    def do_ntp(self):
        """The time servers answer."""
        address = self.service("ntp", lambda: TimeServer(int(time.time()))).address
        for name in ("pool.ntp.org", "cn.ntp.org.cn"):
            self.air.names[name] = "10.0.0.1"
        self.air.routes["10.0.0.1", 123] = address

    def do_pin(self, number, level):
        self.sim.call(self.sim.module.board.set_pin, number, level)

    # passthrough

    def do_check_pattern(self, peer, n):
        """do_recv_pattern() in a thread; do_checked() waits for what it gives."""
        found = []
        thread = threading.Thread(target=lambda: found.append(self.do_recv_pattern(peer, n)), daemon=True)
        thread.start()
        self.checks.append((thread, found))
        return len(self.checks) - 1

    def do_checked(self, handle):
        thread, found = self.checks[handle]
        thread.join(30)
        return found[0]

    def do_greet(self, listener, n):
        """The next client of a listener is sent n bytes of pattern() at once, and heard out."""
        threading.Thread(target=self._greet, args=(self.listeners[listener], n), daemon=True).start()

    @staticmethod
    def _greet(listener, n):
        with listener.accept()[0] as peer:
            peer.sendall(pattern(n))
            peer.settimeout(20)
            while peer.recv(1000):
                pass

    def do_secret_echo(self):
        """Port of a TLS server that sends back what it gets."""
        return self.service("tls echo", lambda: servers.TcpServer(servers.echo, servers.server_context("broker"))).port

    def do_visit_us(self, port, after):
        """A client of the module's server: says something at once, then everything, then sends back what it gets."""
        address = self.sim.call(lambda: self.sim.module.wifi.bind_address)
        threading.Timer(after, self._client, (address, port)).start()

    @staticmethod
    def _client(address, port):
        with socket.create_connection((address, port), timeout=20) as peer:
            peer.sendall(b"early one")
            time.sleep(0.5)
            peer.sendall(bytes(range(256)))
            servers.echo(peer)

    # clients of the module's servers, the cloud

    def do_call(self, port, security=None, after=0.3):
        """Connect to the module in a moment; do_called() gives the peer's handle. security: None, tls or mutual."""
        self.calls.clear()
        threading.Timer(after, self._call, (port, security)).start()

    def _call(self, port, security):
        address = self.sim.call(lambda: self.sim.module.wifi.bind_address)
        sock = socket.create_connection(servers.reach(address, port), timeout=10)
        if security:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.load_verify_locations(servers.MODULE_PKI / "client_ca_00.crt")
            if security == "mutual":
                context.load_cert_chain(servers.MODULE_PKI / "client_cert_00.crt", servers.MODULE_PKI / "client_key_00.key")
            sock = context.wrap_socket(sock)
        self.calls.append(self._peer(sock))

    def do_called(self):
        servers.until(lambda: self.calls, 10)
        return self.calls[0]

    def do_plain_echo(self):
        """Port of a TCP server that sends back what it gets."""
        return self.service("echo", lambda: servers.TcpServer(servers.echo)).port

    def do_plug(self):
        """The Ethernet cable is plugged in."""
        self.sim.call(self.sim.module.ethernet.plug, True)

    def do_mutual_echo(self):
        """Port of a TLS server that wants a certificate and sends back what it gets."""
        context = servers.server_context("peer_00", trust=servers.MODULE_PKI / "server_ca.crt")
        return self.service("mutual echo", lambda: servers.TcpServer(servers.echo, context)).port

    def do_strange_echo(self):
        """The same of an authority that a fresh module does not know."""
        context = servers.server_context("stranger", trust=servers.PKI / "stranger_ca.crt")
        return self.service("strange echo", lambda: servers.TcpServer(servers.echo, context)).port

    def do_mfg_image(self):
        """Espressif's generator makes an image of mfg_nvs from files; gives its path and size."""
        folder = pathlib.Path(self.running.enter_context(tempfile.TemporaryDirectory()))
        rows = ["key,type,encoding,value", "factory_param,namespace,,", "module_name,data,string,MINE", "max_tx_power,data,i8,78"]
        for space, name in (("client_ca", "stranger_ca.crt"), ("client_cert", "stranger.crt"), ("client_key", "stranger.key")):
            rows += [f"{space},namespace,,", f"{space}.0,file,binary,{servers.PKI / name}"]
        rows += ["ble_data,namespace,,", *(f'cfg{n},data,string,"{row}"' for n, row in enumerate(SERVICE))]
        (folder / "mfg_nvs.csv").write_text("\n".join(rows) + "\n")
        size = 0x1C000  # of the partition
        subprocess.run([sys.executable, "-m", "esp_idf_nvs_partition_gen", "generate", "mfg_nvs.csv", "mfg_nvs.bin", hex(size)],
                       cwd=folder, check=True, capture_output=True, timeout=60)
        return str(folder / "mfg_nvs.bin"), size

    def do_lead(self, name, kind, port):
        """A name leads to a broker of this kind, at this port."""
        address = "10.0.9.%d" % len(self.air.names)
        self.air.names[name] = address
        inner = self.broker()
        if kind == "cloud":
            context = servers.server_context("stranger", trust=servers.PKI / "stranger_ca.crt")
            server = self.service(kind, lambda: servers.TcpServer(servers.forward_to(inner.port), context))
            self.air.routes[address, port] = ("127.0.0.1", server.port)
        else:
            self.air.routes[address, port] = ("127.0.0.1", self.do_broker(kind))

    # MQTT, continued

    def do_reconnect_delay(self, seconds):
        self.sim.call(lambda: setattr(self.sim.module.mqtt, "reconnect_delay", seconds))

    def do_listen_to(self, topic):
        """Another client of the broker; gives its handle."""
        self.ears.append((topic, self.running.enter_context(contextlib.closing(Listener(self.broker().port)))))
        return len(self.ears) - 1

    def do_heard(self, handle):
        """Length of the next message to that client's topic, if its bytes are those of body() or a short text."""
        topic, listener = self.ears[handle]
        servers.until(lambda: any(t == topic for t, _ in listener.messages), 10)
        data = next(data for t, data in listener.messages if t == topic)
        listener.messages.remove((topic, data))
        return len(data) if len(data) < 100 or data == body(len(data)) else -1

    def do_pki(self, name):
        """A certificate or key as PEM."""
        folder = servers.MODULE_PKI if (servers.MODULE_PKI / name).exists() else servers.PKI
        return (folder / name).read_text()
