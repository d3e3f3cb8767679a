"""The stage of net/stage.py with more around it: clients of the module's server, TLS peers, web servers, a broker.

Every do_*() is a request of the program; play.ask("dial", port) calls do_dial(port).
"""

import contextlib
import json
import os
import signal
import socket
import ssl
import threading

from eco import web
from mp import services
from mpclients import browser, peers
from mpclients.pki import HOST
from net.stage import PATIENCE, Stage, pattern
from sim.servers import TcpServer, Web, echo


class World(Stage):
    """See Stage. pki: certificates of this run, see pki.py."""

    def __init__(self, pki, profile="esp32-3.4", **options):
        super().__init__(profile, **options)
        self.pki = pki
        self.collected, self.collectors = {}, {}
        self.servers, self.answers, self.broker, self.echoing = [], [], None, None

    def __enter__(self):
        self.stack = contextlib.ExitStack()
        return super().__enter__()

    def __exit__(self, *error):
        super().__exit__(*error)
        self.do_echo_server(0)
        self.stack.close()

    @property
    def address(self):
        """The module's own address, as the world sees it."""
        return self.sim.module.wifi.bind_address

    def do_address(self):
        return self.address

    # clients of the module's server

    def do_dial(self, port):
        """Connect to the module; gives (handle of the peer, its own address, its own port)."""
        peer = socket.create_connection((self.address, port), timeout=PATIENCE)
        return self._peer(peer), *peer.getsockname()[:2]

    def do_call_in_turn(self, port, n):
        """n clients, one after the other, each with a word and an answer; see do_called()."""
        self.called = []

        def go():
            for i in range(n):
                peers.call((self.address, port), i, self.called)

        threading.Thread(target=go, daemon=True).start()

    def do_called(self):
        """The answers so far."""
        return list(self.called)

    def do_refused(self, port):
        """Whether the module refuses connections there."""
        try:
            socket.create_connection((self.address, port), timeout=PATIENCE).close()
        except ConnectionRefusedError:
            return True
        return False

    def do_options(self, link):
        """What the system's socket of a link is set to: (keep-alive, seconds until it begins, no delay)."""
        sock = self.sim.module.net.links[link].stream.sock
        return [sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
                sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
                sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)]

    # streams

    def do_echo(self, peer):
        """The peer sends back whatever it gets, until its end."""
        threading.Thread(target=self._echo, args=(self.peers[peer],), daemon=True).start()

    @staticmethod
    def _echo(sock):
        with contextlib.suppress(OSError):
            while data := sock.recv(65536):
                sock.sendall(data)

    def do_echo_server(self, port):
        """A server on a port of ours that sends everything back; the one before ends with its connections. 0: none."""
        if self.echoing:
            self.echoing.close()
        self.echoing = peers.EchoServer(port) if port else None

    def do_pump(self, peer):
        """The peer sends pattern(65536) over and over, as long as the connection lives."""
        threading.Thread(target=self._pump, args=(self.peers[peer],), daemon=True).start()

    @staticmethod
    def _pump(sock):
        with contextlib.suppress(OSError):
            while True:
                sock.sendall(pattern(65536))

    def do_collect(self, peer):
        """The peer keeps what it gets, see do_collected()."""
        self.collected[peer] = bytearray()
        self.collectors[peer] = threading.Thread(target=self._collect, args=(self.peers[peer], self.collected[peer]), daemon=True)
        self.collectors[peer].start()

    @staticmethod
    def _collect(sock, kept):
        with contextlib.suppress(OSError):
            while data := sock.recv(65536):
                kept += data

    def do_collected(self, peer, sent, cut, whole):
        """Whether messages (see programs/t_interrupt.py) have come as they were sent; those in `cut` may be cut off. Not
        whole: the connection has failed, so that the last ones may be missing. Gives "" or what is wrong."""
        self.collectors[peer].join(PATIENCE)
        return peers.judge_messages(bytes(self.collected[peer]), sent, set(cut), whole)

    def do_hang_up(self):
        """All peers go, also those whose connections nobody has accepted."""
        self._close_all()

    # datagrams

    def do_throw(self, peer, port, text):
        """One datagram from a peer of do_datagrams() to the module."""
        self.peers[peer].sendto(bytes.fromhex(text), (self.address, port))

    def do_throw_to(self, peer, address, port, text):
        self.peers[peer].sendto(bytes.fromhex(text), (address, port))

    def do_member(self, address):
        """A UDP port that hears what is sent to a group or everyone on the loopback interface; gives (handle, host, port)
        of whom it sends from."""
        peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        peer.bind(("", 0))
        if address.startswith("239."):
            loopback = socket.inet_aton("127.0.0.1")
            peer.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, loopback)
            peer.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(address) + loopback)
        return self._peer(peer), "127.0.0.1", peer.getsockname()[1]

    def do_greeter(self, name):
        """A server that says its name to everybody; gives its port."""
        return self.servers[self._run(TcpServer(peers.talk_greet(name)))].port

    # IPv6

    def do_listen6(self):
        self.listeners.append(socket.create_server(("::1", 0), family=socket.AF_INET6))
        self.listeners[-1].settimeout(PATIENCE)
        return len(self.listeners) - 1, self.listeners[-1].getsockname()[1]

    def do_datagrams6(self):
        peer = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        peer.bind(("::1", 0))
        return self._peer(peer), "::1", peer.getsockname()[1]

    def do_dial6(self, port):
        return self._peer(socket.create_connection(("::1", port), timeout=PATIENCE))

    # TLS

    def _context(self, name, trust=None, alpn=()):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.pki.pair(name))
        if trust:
            context.load_verify_locations(self.pki.path(trust))
            context.verify_mode = ssl.CERT_REQUIRED
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context

    def _run(self, server):
        self.servers.append(self.stack.enter_context(server))
        return len(self.servers) - 1

    def do_tls(self, name, trust="", alpn=""):
        """A TLS server that sends everything back; gives (its number, port)."""
        number = self._run(TcpServer(echo, self._context(name, trust, alpn.split())))
        return number, self.servers[number].port

    def do_shown(self, number):
        """[server name, protocol, client's common name] of each handshake that went well."""
        return self.servers[number].shown

    def do_drop(self, number):
        self.servers[number].drop()

    def do_garbage(self, kind):
        """A server that speaks no TLS; gives its port."""
        number = self._run(TcpServer(getattr(peers, "talk_" + kind)))
        return self.servers[number].port

    def do_psk(self, key):
        """OpenSSL's server with a pre-shared key; it sends lines back in reverse. Gives its port."""
        return self.stack.enter_context(peers.psk_server(key))

    def do_lead(self, address, port, real):
        """The module's (address, port) is really our port `real`."""
        self.air.routes[address, port] = "127.0.0.1", real

    def _dial_tls(self, port, name, ca, own):
        context = ssl.create_default_context(cafile=self.pki.path(ca))
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # 1.3 would tell of a refusal only when it reads
        if own:
            context.load_cert_chain(*self.pki.pair(own))
        plain = socket.create_connection((self.address, port), timeout=PATIENCE)
        try:
            return context.wrap_socket(plain, server_hostname=name)
        except BaseException:
            plain.close()
            raise

    def do_dial_tls(self, port, name, ca, own):
        """The handle of a TLS connection to the module, or "wrong" when one of the two refuses."""
        try:
            return self._peer(self._dial_tls(port, name, ca, own))
        except (ssl.SSLError, ConnectionError):
            return "wrong"

    def do_dial_tls_soon(self, port, name, ca, text):
        """Connect in a thread of its own, say text, and keep the answer for do_answers()."""
        threading.Thread(target=self._dialogue, args=(port, name, ca, bytes.fromhex(text)), daemon=True).start()

    def _dialogue(self, port, name, ca, text):
        try:
            with self._dial_tls(port, name, ca, "") as sock:
                sock.sendall(text)
                self.answers.append(sock.makefile("rb").readline().decode())
        except OSError as error:
            self.answers.append(repr(error))

    def do_answers(self):
        return self.answers

    # web servers, packages, MQTT

    def do_web(self, certificate):
        """An HTTP server as eco/web.py has it, with that certificate an HTTPS one; gives (its number, port)."""
        server = web.Web(self._context(certificate) if certificate else None)
        self.servers.append(server)
        self.stack.enter_context(server.running())
        return len(self.servers) - 1, server.port

    def do_web_used(self, number):
        return self.servers[number].used()

    def do_web_paths(self, number):
        return [[method, path] for _, method, path, *_ in self.servers[number].requests]

    def do_redirect(self, code, url):
        """A web server that sends everybody to another URL; gives its port."""
        number = self._run(TcpServer(peers.talk_redirect(code, url)))
        return self.servers[number].port

    def do_packages(self):
        """A web server with a package for mip; gives its port."""
        thing = {"version": "1.0", "urls": [["thing/__init__.py", "thing/__init__.py"], ["thing/data.bin", "data.bin"]]}
        server = Web({"/thing/__init__.py": b"VALUE = 42\n", "/data.bin": pattern(20000), "/other.py": b"# a dependency\n"})
        self.stack.enter_context(server)
        thing["deps"] = [[server.url("/other.json"), "1.0"]]
        other = {"version": "1.0", "urls": [["other.py", server.url("/other.py")]]}
        thing["urls"] = [[file, server.url("/" + url)] for file, url in thing["urls"]]
        server.files["/package.json"] = json.dumps(thing).encode()
        server.files["/other.json"] = json.dumps(other).encode()
        return server.port

    def do_browse(self, port, secure):
        """browser.py visits the module's web server."""
        more = (self.pki.path("ca.pem"), HOST) if secure else ()
        self.browser = self.stack.enter_context(contextlib.closing(browser.Browser(self.address, port, *more)))

    def do_browsed(self):
        return self.browser.done, self.browser.said

    def do_broker(self):
        """The port of an MQTT broker."""
        if self.broker is None:
            self.broker = self.stack.enter_context(services.broker())[1]
        return self.broker

    def do_mqtt_peer(self, qos, count):
        """Another client begins to talk to the program."""
        self.mqtt = self.stack.enter_context(contextlib.closing(peers.MqttPeer(self.broker, qos, count)))

    def do_mqtt_heard(self, count):
        return self.mqtt.wait(PATIENCE)

    # signals

    def do_interrupt(self, process, after):
        """Ctrl-C for a process, so many microseconds from now."""
        threading.Timer(after / 1e6, os.kill, (process, signal.SIGINT)).start()
