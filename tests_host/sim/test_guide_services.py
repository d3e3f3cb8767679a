"""The guide's worked examples 4.1, 4.2 (with a SoftAP, TLS, passthrough), 4.4 to 4.8 and 4.10 without Bluetooth, word by word.

What is said and what must come stands in data/guide_services.json, with a reason wherever it is not the guide's text.
"""
import calendar
import contextlib
import http.client
import json
import os
import pathlib
import re
import socket
import ssl
import threading
import time

import pytest
from espsim import images
from sim.servers import MODULE_PKI, PKI, TcpServer, forward_to, reach, server_context, until
from sim.talk import Host
from sim.test_sntp import TimeServer

SCENARIOS = json.loads((pathlib.Path(__file__).parent / "data" / "guide_services.json").read_text())["scenarios"]
PC = "192.168.3.102"
BUFFER = 512  # of the HTTP commands


class World:
    """Servers and people around the modules of one scenario."""

    def __init__(self, scenario, air, stack, fixture):
        self.fixture = fixture  # gives a fixture by its name
        self.scenario = scenario
        self.air = air
        self.stack = stack
        self.hosts = {}
        self.sims = {}
        self.peer = None  # the socket of the other end
        self.arrived = b""
        self.turn = threading.Lock()  # a TLS socket is for one thread at a time
        self.picture = b""
        getattr(self, "set_" + scenario["world"])()

    # what is there before the first step

    def set_plain(self):
        pass

    def serve(self, address, port, talk, context=None):
        server = self.stack.enter_context(TcpServer(talk, context))
        self.air.routes[address, port] = ("127.0.0.1", server.port)
        return server

    def keep_peer(self, sock):
        """The talk() of a server whose one connection the steps use."""
        self.peer = sock
        sock.settimeout(0.02)
        while sock.fileno() >= 0:
            with contextlib.suppress(socket.timeout), self.turn:
                data = sock.recv(4096)
                if not data:
                    return
                self.arrived += data
            time.sleep(0.001)

    def set_tcp_server(self):
        self.serve(PC, 8080, self.keep_peer)

    def set_tls_server(self):
        self.serve(PC, 8070, self.keep_peer, server_context("peer_00"))

    def set_tls_server_mutual(self):
        self.serve(PC, 8070, self.keep_peer, server_context("peer_00", trust=MODULE_PKI / "server_ca.crt"))
        self.clock("Oct 18 2021 12:12:27")

    def set_udp_peer(self):
        self.peer = self.stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.peer.bind(("127.0.0.1", 0))
        self.peer.settimeout(5)
        self.air.routes["192.168.4.2", 8080] = self.peer.getsockname()

    def clock(self, text):
        """A time server for every name the guide uses, at this moment in UTC."""
        server = self.stack.enter_context(TimeServer(calendar.timegm(time.strptime(text, "%b %d %Y %H:%M:%S"))))
        for name in ("cn.ntp.org.cn", "ntp.sjtu.edu.cn", "ntp1.aliyun.com", "pool.ntp.org"):
            self.air.names[name] = "10.0.0.1"
        self.air.routes["10.0.0.1", 123] = server.address

    def set_broker(self):
        self.broker = self.fixture("broker")
        self.air.routes[PC, 8883] = ("127.0.0.1", self.broker.port)

    def set_tls_broker(self):
        self.set_broker()
        self.serve(PC, 8883, forward_to(self.broker.port), server_context("broker", trust=MODULE_PKI / "mqtt_ca.crt"))
        self.clock("Sep 2 2021 10:57:03")

    def set_wss_broker(self):
        self.set_broker()
        self.air.names["mqtt.eclipseprojects.io"] = "10.0.0.2"
        self.serve("10.0.0.2", 443, forward_to(self.broker.ws_port), server_context("broker"))
        self.clock("Sep 2 2021 10:57:03")

    def set_cloud(self):
        """A broker that wants the device's certificate and shows one of another authority."""
        self.set_broker()
        self.air.names["a108b8vm1g634q-ats.iot.us-east-2.amazonaws.com"] = "10.0.0.3"
        self.serve("10.0.0.3", 8883, forward_to(self.broker.port), server_context("stranger", trust=PKI / "stranger_ca.crt"))
        self.clock("Jan 19 2022 12:13:10")

    def set_ethernet(self):
        pass

    def answer_http(self, sock):
        """A server that gives one canned answer, whatever it is asked."""
        request = b""
        while b"\r\n\r\n" not in request:
            request += sock.recv(4096)
        head, _, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        while length and len(body) < int(length[1]):
            body += sock.recv(4096)
        self.arrived = body
        lines = self.scenario.get("headers") or ["Content-Type: application/json", f"Content-Length: {len(self.picture)}"]
        answer = "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode()
        self.cut = len(answer)
        sock.sendall(answer if head.startswith(b"HEAD") else answer + self.picture)

    def set_httpbin(self, port=80, context=None):
        self.picture = self.scenario["body"].encode()
        self.air.names["httpbin.org"] = "10.0.0.4"
        self.serve("10.0.0.4", port, self.answer_http, context)

    def set_httpbin_tls(self):
        self.set_httpbin(443, server_context("peer_00"))

    def set_picture(self, size=100_000):
        self.picture = os.urandom(size)
        self.air.names["www.espressif.com"] = "10.0.0.5"
        self.serve("10.0.0.5", 443, self.answer_http, server_context("peer_00"))

    def set_jpeg(self):
        self.set_picture(5000)

    # modules

    def enter(self, who, sim, host):
        self.sims[who], self.hosts[who] = sim, host
        if self.scenario["world"] == "ethernet":
            host.ok("AT")  # the line is there
            sim.call(sim.module.ethernet.plug, True)
            host.read(b"+ETH_GOT_IP:" + self.own().encode() + b"\r\n")
        elif self.scenario["world"] == "cloud":
            items = {"cert": PKI / "stranger.crt", "key": PKI / "stranger.key", "ca": PKI / "stranger_ca.crt"}
            for name, path in items.items():
                data = path.read_bytes()
                host.send(f'AT+SYSMFG=2,"mqtt_{name}","mqtt_{name}.0",8,{len(data)}', data)
        elif self.scenario.get("two"):
            host.join()  # "the examples are based on the situation that Wi-Fi has been connected"
            host.ok("ATE1")

    def own(self):
        sim = next(iter(self.sims.values()))
        return sim.call(lambda: sim.module.wifi.bind_address)

    # what somebody does

    def peer_says(self, text):
        with self.turn:
            self.peer.sendall(text.encode())

    def client_connects(self, port):
        self.peer = self.stack.enter_context(socket.create_connection(reach(self.own(), port)))
        self.peer.settimeout(5)

    def tls_client_connects(self, mutual):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(MODULE_PKI / "client_ca_00.crt")
        if mutual:
            context.load_cert_chain(MODULE_PKI / "client_cert_00.crt", MODULE_PKI / "client_key_00.key")
        self.peer = self.stack.enter_context(context.wrap_socket(socket.create_connection((self.own(), 8070))))
        self.peer.settimeout(5)

    def must_arrive(self, data):
        if self.scenario["world"].startswith("t"):
            until(lambda: self.arrived == data)
            self.arrived = b""
        else:
            assert self.peer.recv(100) == data

    def through(self, _):
        """Passthrough: bytes both ways, then a lone +++ and a second of silence."""
        host = next(iter(self.hosts.values()))
        data = bytes(range(256))
        host.write(data)
        if self.scenario["world"] == "udp_peer":
            got, source = self.peer.recvfrom(2000)
            assert got == data
            self.peer.sendto(b"back", source)
        else:
            if self.scenario["world"] == "tcp_server":
                self.must_arrive(data)
            else:
                assert self.peer.recv(1000) == data
            self.peer.sendall(b"back")
        assert host.exactly(4) == b"back"
        time.sleep(0.1)
        host.write(b"+++")
        time.sleep(0.1)

    def browse(self, method, path, body=None, kind=None):
        connection = http.client.HTTPConnection(*reach(self.own(), 80), timeout=10)
        connection.request(method, path, body, {"Content-Type": kind} if kind else {})
        answer = connection.getresponse()
        data = json.loads(answer.read() or b"null")
        connection.close()
        return answer.status, data

    def browser_joins(self, pair):
        body = json.dumps(dict(zip(("ssid", "password"), pair, strict=True)))
        assert self.browse("POST", "/setstainfo", body, "application/json")[0] == 200

    def browser_sees(self, state):
        """Until the module is connected: asked for only when it is, as the report goes with the answer."""
        sim = self.sims[None]
        until(lambda: sim.module.web.state == state)
        assert self.browse("GET", "/getstainfo")[1]["state"] == state

    def browser_upgrades(self, good):
        image = images.build(images.Image("v9.9.9.9"), b"x" * 50_000)
        status, _ = self.browse("POST", "/setotadata?partition=ota", image if good else image[:-1])
        assert status == (200 if good else 400)


def lines_of(host, count):
    """So many lines; a prompt counts as one."""
    lines = []
    while len(lines) < count:
        got = host.read(re.compile(rb"[^\r\n>][^\n]*\n|>"))
        lines.append(got.decode("latin-1").strip("\r\n"))
    return lines


def expected(world, lines):
    return [line.replace("OWN", world.own() if world.sims else "").replace("GW", world.air.gateway) for line in lines]


def same(got, wanted):
    patterns = [re.escape(line).replace(":SS", r":\d\d") for line in wanted]
    return len(got) == len(wanted) and all(re.fullmatch(pattern, line) for pattern, line in zip(patterns, got, strict=True))


def check(world, host, step, lines):
    if "picture" in step:
        lines = lines[:1] if lines and "say" in step and step.get("echo", True) else []
    got = lines_of(host, len(lines))
    if step.get("any_order"):
        got[1:], lines[1:] = sorted(got[1:]), sorted(lines[1:])
    assert same(got, expected(world, lines)), (step, got)
    if "picture" in step:
        read_picture(world, host, step["picture"])
        assert same(lines_of(host, len(step["answer"])), step["answer"])


def read_picture(world, host, name):
    """The body: bare if `name` is True, else in reports that end where the module's buffer does."""
    if name is True:
        assert host.exactly(len(world.picture)) == world.picture
        return
    got, sizes = b"", []
    while len(got) < len(world.picture):
        head = host.read(b",")
        assert head.strip(b"\r\n").startswith(b"+%s:" % name.encode())
        sizes.append(int(head.rpartition(b":")[2][:-1]))
        got += host.exactly(sizes[-1])
        assert host.exactly(2) == b"\r\n"
    assert got == world.picture
    assert max(sizes) <= BUFFER and sizes[0] <= BUFFER - world.cut


def play(world, step):
    who = step.get("who")
    hosts = [world.hosts[who]] if who else list(world.hosts.values())
    if "do" in step:
        getattr(world, step["do"])(step.get("with"))
        return
    for host in hosts:
        lines = list(step.get("answer", step.get("hear", [])))
        if "say" in step:
            host.write(step["say"].encode() + b"\r\n")
            if step.get("echo", True):
                lines.insert(0, step["say"])
        elif "input" in step:
            host.write(step["input"].encode())
        check(world, host, step, lines)
    if "arrives" in step:
        world.must_arrive(step["arrives"].encode())


@pytest.mark.parametrize("section", SCENARIOS)
def test_scenario(make, air, section, request):
    scenario = SCENARIOS[section]
    with contextlib.ExitStack() as stack:
        world = World(scenario, air, stack, request.getfixturevalue)
        for who in ("publisher", "subscriber") if scenario.get("two") else (None,):
            sim = make()
            world.enter(who, sim, stack.enter_context(Host(sim)))
        for step in scenario["steps"]:
            play(world, step)
        for host in world.hosts.values():
            assert host.silent() == b""


def test_every_deviation_has_a_reason():
    assert all(len(reason) > 20 for scenario in SCENARIOS.values() for reason in scenario["deviations"])
