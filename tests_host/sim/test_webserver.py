"""The module's own web page: AT+WEBSERVER, spoken to as a browser does."""
import base64
import http.client
import json
import socket
import struct

import pytest
from espsim import images
from sim.browser import PROGRAM, Browser
from sim.servers import reach, until
from sim.talk import Host

NEW = images.build(images.Image("v9.9.9"), b"content" * 1000)


@pytest.fixture
def web(sim, host):
    """(host, ask): the module as in the guide's 4.7.1; ask(method, path, ...) gives (status, headers, body)."""
    host.ok("ATE0")
    host.ok("AT+CWMODE=3")
    host.ok('AT+CWSAP="pos_softap","",11,0,3')
    host.ok("AT+CIPMUX=1")
    port = 8080  # on the module's own address
    assert host.ask(f"AT+WEBSERVER=1,{port},25") == b"\r\nOK\r\n"
    address = sim.call(lambda: sim.module.wifi.bind_address)

    def ask(method, path, body=None, kind=None):
        connection = http.client.HTTPConnection(address, port, timeout=10)
        connection.request(method, path, body, {"Content-Type": kind} if kind else {})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, dict(answer.getheaders()), data

    ask.address, ask.port = address, port
    yield host, ask


def test_the_page(web):
    _, ask = web
    status, headers, body = ask("GET", "/")
    assert status == 200 and headers["Content-Type"].startswith("text/html")
    assert b'action="/setstainfo"' in body and b'name="password"' in body


def test_access_points(web):
    _, ask = web
    points = json.loads(ask("GET", "/getaprecord")[2])["aplist"]
    assert points[0] == {"ssid": "espressif", "rssi": -41, "auth_mode": 3}
    assert "hidden" not in [point["ssid"] for point in points] and "pos_softap" not in [point["ssid"] for point in points]


def test_joining_by_json(web):
    host, ask = web
    assert json.loads(ask("GET", "/getstainfo")[2]) == {"state": 0, "ssid": "", "ip": "0.0.0.0"}
    body = json.dumps({"ssid": "espressif", "password": "1234567890"})
    assert ask("POST", "/setstainfo", body, "application/json")[0] == 200
    assert host.read(b"GOT IP\r\n") == b"+WEBSERVERRSP:1\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n"
    assert host.silent() == b""  # the browser does not know yet
    until(lambda: json.loads(ask("GET", "/getstainfo")[2])["state"] == 2)
    assert host.read(b"\r\n") == b"+WEBSERVERRSP:2\r\n"
    assert json.loads(ask("GET", "/getstainfo")[2])["ip"].startswith("127.0.")
    assert host.silent() == b""
    assert host.ask("AT+WEBSERVER=0") == b"\r\nOK\r\n"
    with pytest.raises(OSError):
        ask("GET", "/")


def test_joining_by_form_and_failing(web):
    host, ask = web
    status, headers, _ = ask("POST", "/setstainfo", "ssid=espressif&password=wrong+one", "application/x-www-form-urlencoded")
    assert (status, headers["Location"]) == (302, "/")
    until(lambda: json.loads(ask("GET", "/getstainfo")[2])["state"] == 3)
    assert host.silent() == b"+WEBSERVERRSP:1\r\n"
    assert ask("POST", "/setstainfo", "password=x")[0] == 400
    assert ask("POST", "/setstainfo", "ssid=" + "x" * 33)[0] == 400
    assert host.silent() == b""


def test_firmware(web, sim):
    host, ask = web
    info = json.loads(ask("GET", "/getotainfo")[2])
    assert info["fw_version"] == "v3.4.0.0(WROOM-32)" and info["partitions"] == ["ota", "mfg_nvs", "fatfs"]
    assert ask("POST", "/setotadata?partition=ota", NEW)[0] == 200
    assert host.read(b":4\r\n") == b"+WEBSERVERRSP:3\r\n+WEBSERVERRSP:4\r\n"
    assert "Bin version:v3.4.0.0(WROOM-32)" in host.lines("AT+GMR")
    host.ok("AT+RST")
    host.read(b"ready\r\n")
    host.ok("ATE0")
    assert "Bin version:v9.9.9(WROOM-32)" in host.lines("AT+GMR")


def test_bad_firmware_and_other_partitions(web):
    host, ask = web
    assert ask("POST", "/setotadata?partition=ota", NEW[:-1])[0] == 400
    assert host.read(b":5\r\n") == b"+WEBSERVERRSP:3\r\n+WEBSERVERRSP:5\r\n"
    assert ask("POST", "/setotadata?partition=none", b"x")[0] == 400
    host.read(b":5\r\n")
    assert ask("POST", "/setotadata?partition=mfg_nvs", b"\xff" * 100)[0] == 200
    host.read(b":4\r\n")
    assert host.lines("AT+SYSMFG?") == ["OK"]


def test_captive_portal(web):
    """Any other page leads to the SoftAP's address, and so does any name."""
    _, ask = web
    status, headers, _ = ask("GET", "/generate_204")
    assert (status, headers["Location"]) == (302, "http://192.168.4.1/")
    assert ask("POST", "/nothing", b"x")[0] == 404
    question = b"\x12\x34" + struct.pack("!HHHHH", 0x0100, 1, 0, 0, 0) + b"\x07example\x03com\x00" + struct.pack("!HH", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(2)
        sock.sendto(question, reach(ask.address, 53))
        answer = sock.recv(512)
    assert answer[:2] == b"\x12\x34" and answer.endswith(socket.inet_aton("192.168.4.1"))


def test_nonsense_does_no_harm(web):
    host, ask = web
    post = b"POST /setstainfo HTTP/1.1\r\n"
    bad_length = post + b"Content-Length: x\r\n\r\n"
    bad_body = post + b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{]"
    for data in (b"\r\n\r\n", b"GET\r\n\r\n", b"x" * 9000 + b"\r\n\r\n", bad_length, bad_body):
        with socket.create_connection((ask.address, ask.port)) as sock:
            sock.sendall(data)
            sock.settimeout(5)
            try:
                sock.recv(100)
            except ConnectionError:
                pass
    assert ask("GET", "/")[0] == 200
    assert host.ask("AT") == b"\r\nOK\r\n"


@pytest.mark.parametrize("values", ["1,80,20", "1,80,61", "1,0,25", "2", "1,80"])
def test_arguments(web, values):
    host, _ = web
    host.ok("AT+WEBSERVER=0")
    assert host.ask("AT+WEBSERVER=" + values) == b"\r\nERROR\r\n"


def test_not_twice_and_not_without_wifi(web, make):
    host, ask = web
    assert host.ask("AT+WEBSERVER=1,8081,25") == b"\r\nERROR\r\n"
    with Host(make()) as other:
        other.ok("ATE0")
        assert other.ask("AT+WEBSERVER=1,8081,25") == b"\r\nERROR\r\n"


# a real browser


@pytest.fixture
def page(web, tmp_path):
    host, ask = web
    if not PROGRAM:
        pytest.skip("no Chromium here")
    with Browser(tmp_path) as browser:
        browser.open(f"http://{ask.address}:{ask.port}/")
        browser.until("document.querySelectorAll('#partition option').length == 3")
        yield host, browser


def test_the_page_in_a_browser(page):
    """What a person does: choose a network, type the password, press the button; then load firmware."""
    host, browser = page
    assert browser.run("document.querySelector('#points option').value") == "espressif"
    assert "v3.4.0.0(WROOM-32)" in browser.run("document.getElementById('version').textContent")
    browser.run("at('ssid').value = 'espressif'; at('password').value = 'wrong one'; at('wifi').requestSubmit()")
    browser.until("at('state').textContent == 'Connection failed'")
    assert host.read(b"\r\n") == b"+WEBSERVERRSP:1\r\n"
    browser.run("at('password').value = '1234567890'; at('wifi').requestSubmit()")
    browser.until("at('state').textContent.startsWith('Connected: 127.0.')")
    assert host.read(b":2\r\n") == b"+WEBSERVERRSP:1\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n+WEBSERVERRSP:2\r\n"
    for data, word in ((NEW, "succeeded"), (NEW[:-1], "failed")):
        browser.run(f"""(() => {{
            const bytes = Uint8Array.from(atob({json.dumps(base64.b64encode(data).decode())}), one => one.charCodeAt(0));
            const files = new DataTransfer();
            files.items.add(new File([bytes], "new.bin"));
            at('file').files = files.files;
            at('ota').requestSubmit();
        }})()""")
        browser.until(f"at('result').textContent == 'OTA {word}'")
    assert host.read(b":5\r\n") == b"".join(b"+WEBSERVERRSP:%d\r\n" % number for number in (3, 4, 3, 5))
