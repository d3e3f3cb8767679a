"""Firmware over the air, from local servers."""
import pytest
from espsim import images
from sim.servers import Web, server_context
from sim.talk import PROMPT, Host

NEW = images.build(images.Image("v9.1.0.0", "esp-at", "10:11:12", "Nov 24 2026", "v5.9"), bytes(range(256)) * 400)
LIST = b'{"status": 200, "rom_version": "v3.5.0.0", "device_roms": []}'


class Cloud(Web):
    """Stands in for iot.espressif.cn: tells a version, gives <name>.bin."""

    def __init__(self, files, context=None, offers=LIST):
        super().__init__({"/v1/device/rom/": b""}, context)
        self.bins = files
        self.offers = offers

    @property
    def files(self):
        return self

    @files.setter
    def files(self, value):
        pass

    def __contains__(self, path):
        query = self.requests[-1][1].partition("?")[2]
        return "is_format_simple" in query or any(f"filename={name}" in query for name in self.bins)

    def __getitem__(self, path):
        query = self.requests[-1][1].partition("?")[2]
        if "is_format_simple" in query:
            return self.offers
        return next(data for name, data in self.bins.items() if f"filename={name}" in query)


@pytest.fixture
def cloud(air):
    with Cloud({"ota.bin": NEW}) as server:
        air.names["iot.espressif.cn"] = "10.9.8.7"
        air.routes["10.9.8.7", 80] = ("127.0.0.1", server.port)
        yield server


def versions(host):
    return [line for line in host.lines("AT+GMR") if line.startswith("Bin version")]


@pytest.fixture
def logged(joined):
    joined.ok("AT+SYSLOG=1")
    return joined


def restarted(host):
    """The module starts by itself and joins again."""
    host.read(b"\r\nready\r\n")
    host.read(b"WIFI GOT IP\r\n")
    host.ok("ATE0")


def test_update_in_blocking_mode(logged, cloud):
    assert versions(logged) == ["Bin version:v3.4.0.0(WROOM-32)"]
    assert logged.ask("AT+CIUPDATE?") == b"+CIUPDATE:0\r\n\r\nOK\r\n"
    assert logged.ask("AT+CIPFWVER?") == b'+CIPFWVER:"v3.5.0.0"\r\n\r\nOK\r\n'
    stages = b"+CIPUPDATE:1\r\n+CIPUPDATE:2\r\n+CIPUPDATE:3\r\n+CIPUPDATE:4\r\n"
    assert logged.ask("AT+CIUPDATE") == stages + b"\r\nOK\r\n"
    restarted(logged)
    assert versions(logged) == ["Bin version:v9.1.0.0(WROOM-32)"]
    assert "SDK version:v5.9" in logged.lines("AT+GMR")
    assert [request[1].partition("?")[2] for request in cloud.requests[1:]] == [
        "is_format_simple=true", "action=download_rom&version=v3.5.0.0&filename=ota.bin",
    ]  # fmt: skip
    logged.ok("AT+SYSROLLBACK")
    restarted(logged)
    assert versions(logged) == ["Bin version:v3.4.0.0(WROOM-32)"]


def test_update_in_the_background(logged, cloud):
    assert logged.ask('AT+CIUPDATE=0,"v9.1.0.0","ota",1') == b"\r\nOK\r\n"
    assert logged.read(b"UPDATE:4\r\n") == b"+CIPUPDATE:1\r\n+CIPUPDATE:2\r\n+CIPUPDATE:3\r\n+CIPUPDATE:4\r\n"
    assert logged.ask("AT+CIUPDATE?") == b"+CIUPDATE:4\r\n\r\nOK\r\n"
    assert versions(logged) == ["Bin version:v3.4.0.0(WROOM-32)"]  # until the host restarts it
    assert "version=v9.1.0.0" in cloud.requests[-1][1]
    logged.ok("AT+RST")
    restarted(logged)
    assert versions(logged) == ["Bin version:v9.1.0.0(WROOM-32)"]


def test_update_over_https(logged, air):
    with Cloud({"ota.bin": NEW}, server_context("peer_00")) as cloud:
        air.names["iot.espressif.cn"] = "10.9.8.7"
        air.routes["10.9.8.7", 443] = ("127.0.0.1", cloud.port)
        assert logged.ask("AT+CIUPDATE=1").endswith(b"+CIPUPDATE:4\r\n\r\nOK\r\n")
        restarted(logged)


def damaged(how):
    data = bytearray(NEW)
    if how == "magic":
        data[0] = 0
    elif how == "content":
        data[5000] ^= 1
    elif how == "hash":
        data[-1] ^= 1
    return bytes(data[:-2000] if how == "cut" else data)


@pytest.mark.parametrize("how", ["magic", "content", "hash", "cut"])
def test_a_bad_image_stops_at_3(logged, cloud, how):
    cloud.bins["ota.bin"] = damaged(how)
    stages = b"+CIPUPDATE:1\r\n+CIPUPDATE:2\r\n+CIPUPDATE:3\r\n"
    assert logged.ask("AT+CIUPDATE") == stages + b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"
    assert logged.silent(0.1) == b""
    assert logged.ask("AT+SYSROLLBACK").endswith(b"ERROR\r\n")  # the other partition is still empty
    logged.ok("AT+CIUPDATE=0,,,1")
    assert logged.read(b"-1\r\n") == stages + b"+CIPUPDATE:-1\r\n"


def test_where_it_stops_without_a_server(logged, cloud, air):
    assert logged.ask('AT+CIUPDATE=0,,"mqtt_ca"').endswith(b"ERROR\r\n")  # no such partition in this firmware
    cloud.offers = b"nothing"
    assert logged.ask("AT+CIUPDATE") == b"+CIPUPDATE:1\r\n+CIPUPDATE:2\r\nERR CODE:0x010a0000\r\n\r\nERROR\r\n"
    air.routes["10.9.8.7", 80] = ("127.0.0.1", 1)
    assert logged.ask("AT+CIUPDATE") == b"+CIPUPDATE:1\r\nERR CODE:0x010a0000\r\n\r\nERROR\r\n"
    air.dns_down = True
    assert logged.ask("AT+CIUPDATE") == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"
    assert logged.ask("AT+CIPFWVER?") == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"


def test_other_partitions(make, cloud):
    cloud.bins["mqtt_ca.bin"] = b"a new CA"
    with Host(make("esp32-2.4")) as host:
        host.join()
        assert host.ask('AT+CIUPDATE=0,"v2.2.0.0","mqtt_ca"').endswith(b"+CIPUPDATE:4\r\n\r\nOK\r\n")
        restarted(host)
        assert host.ask('AT+SYSFLASH=2,"mqtt_ca",0,9') == b"+SYSFLASH:9,a new CA\xff\r\nOK\r\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("AT+CIUPDATE=2", 0x01070000),
        ('AT+CIUPDATE=0,"v1",,2', 0x01070003),
        ("AT+USEROTA=0", 0x01070000),
        ("AT+USEROTA=8193", 0x01070000),
        ("AT+CIPFWVER", 0x010C0000),
    ],
)
def test_arguments(logged, line, code):
    assert logged.ask(line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code


def test_user_ota(logged):
    with Web({"/esp-at.bin": NEW}) as web:
        url = web.url("/esp-at.bin").encode()
        logged.write(b"AT+USEROTA=%d\r\n" % len(url))
        assert logged.read(b">") == PROMPT
        logged.write(url)
        assert logged.read(b"OK\r\n") == b"\r\nRecv %d bytes\r\n\r\nOK\r\n" % len(url)
        restarted(logged)
        assert versions(logged) == ["Bin version:v9.1.0.0(WROOM-32)"]


def test_user_ota_with_surplus_and_failures(logged):
    with Web({"/no.bin": b"no image"}) as web:
        for url in (web.url("/no.bin"), web.url("/missing"), "http://127.0.0.1:1/x", "nonsense"):
            logged.write(b"AT+USEROTA=%d\r\n" % len(url))
            logged.read(b">")
            logged.write(url.encode() + b"\r\n")
            answer = logged.read(b"ERROR\r\n").replace(b"ERR CODE:0x010b0000\r\n\r\nbusy p...\r\n", b"", 1)
            assert answer == b"\r\nRecv %d bytes\r\nERR CODE:0x010a0000\r\n\r\nERROR\r\n" % len(url)


def test_rollback_of_a_fresh_module(logged, make):
    assert logged.ask("AT+SYSROLLBACK") == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"
    assert logged.ask("AT+SYSROLLBACK?") == b"ERR CODE:0x010c0000\r\n\r\nERROR\r\n"
    with Host(make("c6-4.1")) as host:
        host.ok("ATE0")
        assert host.ask("AT+SYSROLLBACK?") == b'+SYSROLLBACK:0x100000,"v4.1.1.0",0x280000,""\r\nOK\r\n'


def test_the_new_firmware_survives_restore_and_power_cut(make, cloud, tmp_path):
    path = str(tmp_path / "flash.json")
    sim = make(state=path)
    with Host(sim) as host:
        host.join()
        host.ok("AT+CIUPDATE")
        restarted(host)
        host.ok("AT+RESTORE")
        host.read(b"ready\r\n")
        sim.restart()
        host.ok("ATE0")
        assert versions(host) == ["Bin version:v9.1.0.0(WROOM-32)"]


def test_images():
    assert images.check(NEW).version == "v9.1.0.0"
    assert images.check(images.build(images.Image("1"), with_hash=False)).version == "1"
    for bad in (b"", b"\xe9" * 400, NEW[:100]):
        with pytest.raises(images.BadImage):
            images.check(bad)
