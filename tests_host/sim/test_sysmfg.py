"""Flash beside the settings: AT+SYSFLASH and AT+SYSMFG."""
import base64
import pathlib
import subprocess
import zlib

import pytest
from espsim import nvs
from sim.servers import MODULE_PKI
from sim.talk import PROMPT, Host

DATA = pathlib.Path(__file__).parent / "data"


def fail(host, line, code=0x010A0000):
    assert host.ask(line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code


# AT+SYSMFG


def test_namespaces_and_keys_of_a_fresh_module(logged):
    spaces = logged.lines("AT+SYSMFG?")
    assert spaces[0] == '+SYSMFG:"factory_param"' and '+SYSMFG:"client_cert"' in spaces and spaces[-1] == "OK"
    assert logged.lines("AT+SYSMFG=1") == spaces
    assert logged.lines('AT+SYSMFG=1,"client_cert"') == [
        '+SYSMFG:"client_cert","client_cert.0",8', '+SYSMFG:"client_cert","client_cert.1",8', "OK",
    ]  # fmt: skip
    assert logged.lines('AT+SYSMFG=1,"factory_param","uart_baudrate"') == [
        '+SYSMFG:"factory_param","uart_baudrate",6,4,115200', "OK",
    ]  # fmt: skip
    assert logged.ask('AT+SYSMFG=1,"factory_param","module_name"') == (
        b'+SYSMFG:"factory_param","module_name",7,8,WROOM-32\r\n\r\nOK\r\n'
    )


def test_a_certificate_whole_and_in_part(logged):
    data = (MODULE_PKI / "client_cert_00.crt").read_bytes()
    head = b'+SYSMFG:"client_cert","client_cert.0",8,%d,'
    assert logged.ask('AT+SYSMFG=1,"client_cert","client_cert.0"') == head % len(data) + data + b"\r\n\r\nOK\r\n"
    part = logged.ask('AT+SYSMFG=1,"client_cert","client_cert.0",100,200')
    assert part == head % 200 + data[100:300] + b"\r\n\r\nOK\r\n"
    assert logged.ask('AT+SYSMFG=1,"client_cert","client_cert.0",500,200').startswith(head % (len(data) - 500))
    fail(logged, 'AT+SYSMFG=1,"client_cert","client_cert.0",9999,1')


def test_writing_binary_and_strings(logged):
    data = bytes(range(256)) * 5
    logged.write(b'AT+SYSMFG=2,"mine","blob",8,%d\r\n' % len(data))
    assert logged.read(b">") == PROMPT
    logged.write(data)
    assert logged.read(b"OK\r\n") == b"\r\nOK\r\n"
    logged.write(b'AT+SYSMFG=1,"mine","blob"\r\n')
    wanted = b'+SYSMFG:"mine","blob",8,%d,' % len(data) + data + b"\r\n\r\nOK\r\n"
    assert logged.exactly(len(wanted)) == wanted
    assert logged.send('AT+SYSMFG=2,"mine","text",7,5', b"hello") == b"\r\nOK\r\n"
    assert logged.ask('AT+SYSMFG=1,"mine","text"') == b'+SYSMFG:"mine","text",7,5,hello\r\n\r\nOK\r\n'
    assert '+SYSMFG:"mine"' in logged.lines("AT+SYSMFG?")


@pytest.mark.parametrize(
    ("number", "low", "high", "width"),
    [(1, 0, 255, 1), (2, -128, 127, 1), (3, 0, 65535, 2), (4, -32768, 32767, 2),
     (5, 0, 2**32 - 1, 4), (6, -(2**31), 2**31 - 1, 4)],
)
def test_numbers(logged, number, low, high, width):
    for value in (low, high):
        logged.ok(f'AT+SYSMFG=2,"n","v",{number},{value}')
        assert logged.ask('AT+SYSMFG=1,"n","v"') == b'+SYSMFG:"n","v",%d,%d,%d\r\n\r\nOK\r\n' % (number, width, value)
    for value in (low - 1, high + 1):
        fail(logged, f'AT+SYSMFG=2,"n","v",{number},{value}', 0x01070004)


def test_erasing(logged):
    logged.ok('AT+SYSMFG=0,"client_cert","client_cert.0"')
    assert logged.lines('AT+SYSMFG=1,"client_cert"') == ['+SYSMFG:"client_cert","client_cert.1",8', "OK"]
    fail(logged, 'AT+SYSMFG=1,"client_cert","client_cert.0"')
    fail(logged, 'AT+SYSMFG=0,"client_cert","client_cert.0"')
    logged.ok('AT+SYSMFG=0,"client_cert"')
    fail(logged, 'AT+SYSMFG=1,"client_cert"')
    fail(logged, 'AT+SYSMFG=0,"nothing"')


def test_it_survives_restart_and_factory_settings(sim, make, tmp_path):
    path = str(tmp_path / "flash.json")
    with Host(make(state=path)) as host:
        host.send('AT+SYSMFG=2,"mine","text",7,5', b"hello")
        host.ok("AT+RESTORE")
        host.read(b"ready\r\n")
    with Host(make(state=path)) as host:
        assert b",7,5,hello\r\n" in host.ask('AT+SYSMFG=1,"mine","text"')


def test_full_store(logged):
    big = b"x" * 90000
    assert logged.send(f'AT+SYSMFG=2,"big","one",8,{len(big)}', big) == b"\r\nOK\r\n"
    logged.write(f'AT+SYSMFG=2,"big","two",8,{len(big)}\r\n'.encode())
    logged.read(b">")
    logged.write(big)
    assert logged.read(b"ERROR\r\n") == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"
    assert logged.lines('AT+SYSMFG=1,"big"') == ['+SYSMFG:"big","one",8', "OK"]
    fail(logged, 'AT+SYSMFG=2,"big","s",7,4000', 0x01040004)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("AT+SYSMFG=3", 0x01070000),
        ('AT+SYSMFG=2,"a","k",9,1', 0x01070003),
        ('AT+SYSMFG=2,"a","k",8', 0x01060504),
        ('AT+SYSMFG=2,"a","sixteen letters!",1,1', 0x01040002),
        ('AT+SYSMFG=2,"sixteen letters!","k",1,1', 0x01040001),
        ("AT+SYSMFG=0", 0x01060201),
    ],
)
def test_mfg_arguments(logged, line, code):
    fail(logged, line, code)


# AT+SYSFLASH


def test_partitions(logged):
    assert logged.lines("AT+SYSFLASH?") == [
        '+SYSFLASH:"mfg_nvs",1,2,0x21000,0x1c000', '+SYSFLASH:"fatfs",1,129,0x70000,0x90000', "OK",
    ]  # fmt: skip


def test_older_firmware_has_a_partition_for_each_certificate(make):
    with Host(make("esp32-2.4")) as host:
        host.ok("ATE0")
        lines = host.lines("AT+SYSFLASH?")
        assert '+SYSFLASH:"client_cert",64,5,0x2a000,0x2000' in lines and '+SYSFLASH:"mqtt_ca",64,14,0x3b000,0x2000' in lines
        data = (MODULE_PKI / "client_cert_00.crt").read_bytes()
        answer = b"+SYSFLASH:%d,%s\r\nOK\r\n" % (len(data), data)
        assert host.ask(f'AT+SYSFLASH=2,"client_cert",0,{len(data)}') == answer
        assert host.ask('AT+SYSMFG=1').endswith(b"ERROR\r\n")


def test_flash_is_flash(logged):
    """Writing without erasing only clears bits."""
    logged.ok('AT+SYSFLASH=0,"mfg_nvs",4096,8192')
    logged.write(b'AT+SYSFLASH=1,"mfg_nvs",5000,4\r\n')
    assert logged.read(b">") == b">"
    logged.write(b"\xf0\x0f\xaa\x55")
    assert logged.read(b"OK\r\n") == b"\r\nOK\r\n"
    logged.write(b'AT+SYSFLASH=1,"mfg_nvs",5000,4\r\n')
    logged.read(b">")
    logged.write(b"\x3c\x3c\x3c\x3c")
    logged.read(b"OK\r\n")
    assert logged.ask('AT+SYSFLASH=2,"mfg_nvs",4999,6') == b"+SYSFLASH:6,\xff\x30\x0c\x28\x14\xff\r\nOK\r\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('AT+SYSFLASH=0,"none"', 0x01070001),
        ('AT+SYSFLASH=0,"mfg_nvs",100,4096', 0x01070003),
        ('AT+SYSFLASH=0,"mfg_nvs",0,100', 0x01070003),
        ('AT+SYSFLASH=2,"mfg_nvs",0,114689', 0x01070003),
        ('AT+SYSFLASH=2,"mfg_nvs",114687,2', 0x01070003),
        ('AT+SYSFLASH=3,"mfg_nvs",0,1', 0x01070000),
        ('AT+SYSFLASH=1,"mfg_nvs",0', 0x01060403),
    ],
)
def test_flash_arguments(logged, line, code):
    fail(logged, line, code)


def test_the_partition_is_a_real_nvs_image(logged):
    """Guide 6.6: erase it, write another image; the values are those of the image, and what is written is in the image."""
    mine = {"client_ca": {"client_ca.0": (nvs.BLOB, b"my CA")}, "factory_param": {"channel": (nvs.U8, 13)}}
    image = nvs.build(mine, 0x1C000)
    logged.ok('AT+SYSFLASH=0,"mfg_nvs"')
    assert logged.lines("AT+SYSMFG?") == ["OK"]
    logged.write(b'AT+SYSFLASH=1,"mfg_nvs",0,0x1C000\r\n')
    logged.read(b">")
    for at in range(0, len(image), 4096):
        logged.write(image[at : at + 4096])
    assert logged.read(b"OK\r\n", timeout=20) == b"\r\nOK\r\n"
    assert logged.lines("AT+SYSMFG?") == ['+SYSMFG:"client_ca"', '+SYSMFG:"factory_param"', "OK"]
    assert logged.ask('AT+SYSMFG=1,"client_ca","client_ca.0"') == b'+SYSMFG:"client_ca","client_ca.0",8,5,my CA\r\n\r\nOK\r\n'
    logged.ok('AT+SYSMFG=2,"factory_param","channel",1,7')
    logged.write(b'AT+SYSFLASH=2,"mfg_nvs",0,8192\r\n')
    assert logged.exactly(15) == b"+SYSFLASH:8192,"
    read_back = nvs.read(logged.exactly(8192))
    assert read_back["factory_param"] == {"channel": (nvs.U8, 7)} and read_back["client_ca"] == mine["client_ca"]


def test_the_image_is_the_one_espressifs_generator_makes():
    """data/nvs_image.txt was made from data/nvs_image.csv by esp-idf-nvs-partition-gen 0.3.0 for a size of 0x6000."""
    image = zlib.decompress(base64.b64decode((DATA / "nvs_image.txt").read_text()))
    values = nvs.read(image)
    assert values["factory_param"] == {
        "uart_baudrate": (nvs.I32, 115200), "tx_power": (nvs.I8, -5), "channel": (nvs.U8, 13),
        "module_name": (nvs.STRING, b"WROOM-32"), "long": (nvs.BLOB, bytes(range(256)) * 40),
    }  # fmt: skip
    assert values["client_ca"]["client_ca.0"][1] == b"a certificate"
    assert nvs.build(values, 0x6000) == image


def test_damaged_entries_are_skipped():
    image = bytearray(nvs.build({"a": {"one": (nvs.U8, 1), "two": (nvs.STRING, b"text")}}, 0x4000))
    image[64 + 32 + 24] ^= 1  # the value of "one"
    assert nvs.read(bytes(image)) == {"a": {"two": (nvs.STRING, b"text")}}
    image[64 + 96] ^= 1  # the text of "two"
    assert nvs.read(bytes(image)) == {"a": {}}
    image[28] ^= 1  # the page's checksum
    assert nvs.read(bytes(image)) == {}


def test_certificates_of_the_module_are_whole():
    """The PEM files fit together: each own certificate is signed by the CA its peer is told to trust."""
    pairs = [("server_ca.crt", "client_cert_00.crt"), ("server_ca.crt", "client_cert_01.crt"), ("mqtt_ca.crt", "mqtt_client.crt")]
    for authority, certificate in [*pairs, ("client_ca_00.crt", "server_cert.crt")]:
        command = ["openssl", "verify", "-CAfile", MODULE_PKI / authority, MODULE_PKI / certificate]
        assert subprocess.run(command, capture_output=True, timeout=20).returncode == 0, certificate
