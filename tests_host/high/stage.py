"""The stage of net/, with servers on it: an MQTT broker, a web server, WebSocket, time, files, sensors.

Each starts with the first program that asks for it and ends with the stage.
"""

import contextlib

from espsim.bme280 import Bme280
from espsim.w25q import W25q32
from mp.services import Listener
from net.stage import Stage as Bare
from sim import servers
from sim.servers import ws_frame


def body(n):
    """n bytes of a file; programs/high.py has the same."""
    return bytes((i * 7 + (i >> 8) * 13) & 255 for i in range(n))


class Files(dict):
    """/file/<n>: n bytes."""

    def __contains__(self, path):
        return path.startswith("/file/")

    def __getitem__(self, path):
        return body(int(path[6:]))


class Stage(Bare):
    """See net.stage.Stage."""

    def __enter__(self):
        self.running = contextlib.ExitStack()
        self.services = {}
        self.ears = []
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

    # MQTT

    def broker(self):
        return self.service("broker", servers.Broker)

    def do_broker(self, kind="tcp"):
        """Port of the broker: tcp, ws, tls, mutual (asks for a certificate), wss."""
        broker = self.broker()
        if kind in ("tcp", "ws"):
            return broker.port if kind == "tcp" else broker.ws_port
        trust = servers.MODULE_PKI / "mqtt_ca.crt" if kind == "mutual" else None
        return self.in_front(kind, broker.ws_port if kind == "wss" else broker.port, trust=trust).port

    def do_drop(self, kind):
        """End all connections of a TLS server, as a broken network would."""
        self.services[kind].drop()

    # web

    def web(self, secure=False):
        context = servers.server_context("broker") if secure else None
        web = self.service("https" if secure else "http", lambda: servers.Web(context=context))
        web.files = Files()
        return web

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
        self.echo.socks[-1].sendall(ws_frame(opcode, body(n)))

    def do_ws_delay(self, seconds):
        self.sim.call(lambda: setattr(self.sim.module.websockets, "delay", seconds))

    # devices

    def do_solder(self):
        """A BME280 on I2C 0 and a W25Q32 on SPI, selected by pin 5."""
        self.sensor = Bme280()
        self.sim.module.board.i2c[0][0x76] = self.sensor
        self.sim.module.board.spi[5] = W25q32(speed=50)

    def do_weather(self, celsius, hectopascal, percent):
        self.sensor.celsius, self.sensor.pascal, self.sensor.percent = celsius, hectopascal * 100, percent

    def do_volts(self, channel, millivolts):
        self.sim.module.board.millivolts[channel] = millivolts

    def do_duties(self):
        """{pin: duty} of the PWM outputs."""
        return self.sim.call(lambda: {pin: channel.duty for pin, channel in self.sim.module.board.pwm.items()})

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
