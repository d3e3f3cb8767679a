"""The page in a real browser: what it shows of a real MicroPython program, faults by a click, saved traces."""

import json
import socket

import pytest

from mp import board, host, services
from sim.browser import PROGRAM
from sim.talk import Host
from webpage.stage import Page, watched

TRANSCRIPTS = host.TOP / "tests_host/transcripts"
TEXT = ("A page for the program, and for who watches it.\n" * 40).encode()
SECONDS = 60

pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium on the PATH: nothing can show the page")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Page(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture
def stage(browser):
    with watched(baud=921600) as (sim, web):
        browser.show(web.url)
        yield sim, browser
        browser.open("about:blank")
        assert not sim.module.failures


@pytest.fixture
def program(stage, tmp_path):
    """run() fetches TEXT with examples/03_http_get.py on MicroPython; gives its last line."""
    sim, _ = stage
    reason = host.why_missing("mp64")
    if reason:
        pytest.skip(reason)
    with services.WebServer(TEXT).running() as url:
        place = {"PORT": "%s:%d" % sim.address, "SSID": "espressif", "PASSWORD": "1234567890", "URL": url}
        unix = board.Unix(tmp_path, place)
        yield lambda: unix.run("03_http_get", SECONDS)[-1]


def shows(page, words, kind="", limit=SECONDS):
    """Wait for a message with these words, wherever it is in the log."""
    page.search(words)
    page.until(f"[...document.querySelectorAll('.row{kind} .words')].some((row) => row.textContent.includes({words!r}))", limit)
    page.search("")


def test_a_program_is_watched(stage, program):
    sim, page = stage
    assert program() == "ok: page fetched"
    shows(page, 'AT+CIPSTART=', ".tx.command")
    shows(page, "CONNECT", ".rx")
    shows(page, "GET / HTTP/1.", ".tx.data")
    shows(page, "200 OK", ".rx.data")
    shows(page, "SEND OK", ".rx.final")
    shows(page, "WIFI GOT IP", ".rx.report")
    shows(page, '"espressif","********"', ".tx.command")
    page.until("document.querySelector('#state').textContent.includes('connected (station)')")
    page.until("document.querySelector('#state').textContent.includes('espressif')")
    assert sim.module.wifi.address in page.run("document.querySelector('#state').textContent")
    page.search("1234567890")
    page.until("document.querySelector('#count').textContent.startsWith('0 of ')")
    assert "1234567890" not in page.run("document.body.textContent")
    counts = list(sim.trace.counts.values())
    amounts = page.run(f"import('/text.js').then((text) => {counts}.map(text.amount).join(', '))")
    page.until(f"document.querySelector('#state').textContent.includes({amounts!r})")
    assert page.run("document.querySelector('#timeline').toDataURL().length") > 3000, "something is drawn"


def test_a_fault_by_a_click_meets_the_program(stage, program):
    sim, page = stage
    page.click("[data-fault=busy] input")
    page.run("document.querySelector('[data-fault=busy] input').value = '2'")
    page.click("[data-fault=busy] button")
    page.until("document.querySelector('#said').textContent == 'Busy storm 2'")
    page.until("document.querySelector('#armed').textContent.includes('busy on command')")
    assert program() == "ok: page fetched", "espat asks again"
    shows(page, "click: Busy storm 2", ".note")
    shows(page, "fault strikes: busy", ".note")
    page.search("busy p...")
    page.until("document.querySelectorAll('.row.rx.error').length == 2")
    page.until("document.querySelector('#disarm').hidden")


def test_a_restart_by_a_click(stage):
    sim, page = stage
    with Host(sim) as line:
        page.click("[data-fault=watchdog] button")
        line.read(b"\r\nready\r\n", SECONDS)
    shows(page, "wdt reset", ".rx")
    shows(page, "ready", ".rx")


def test_links_and_their_bytes(stage):
    sim, page = stage
    with socket.create_server(("127.0.0.1", 0)) as server, Host(sim) as line:
        server.settimeout(SECONDS)
        for command in ("ATE0", "AT+CWMODE=1", 'AT+CWJAP="espressif","1234567890"', "AT+CIPMUX=1"):
            line.write(command.encode() + b"\r\n")
            line.read(b"\r\nOK\r\n", SECONDS)
        line.write(b'AT+CIPSTART=3,"TCP","127.0.0.1",%d\r\n' % server.getsockname()[1])
        peer, _ = server.accept()
        with peer:
            line.read(b"\r\nOK\r\n")
            line.write(b"AT+CIPSEND=3,4\r\n")
            line.read(b">")
            line.write(b"ping")
            line.read(b"SEND OK\r\n")
            peer.sendall(bytes(range(256)) * 2)
            line.read(b"+IPD,3,512:")
            page.until("document.querySelector('[data-link=\"3\"] .bytes')?.textContent == '↑ 4 B  ↓ 512 B'")
            shows(page, "+IPD,3,512", ".rx.data")
            page.click('[data-link="3"] button')
            line.read(b"3,CLOSED\r\n")
        page.until("document.querySelector('#links').textContent == 'No link is open.'")
        shows(page, "Link 3 closed", ".note")


def test_names_from_outside_are_text(stage):
    sim, page = stage
    evil = b"<script>pwned=1</script><img src=x onerror=pwned=1>"
    sim.air.add(evil[:32])
    sim.air.add(evil[24:], password=b"")
    with Host(sim) as line:
        for command in (b"AT+CWMODE=1", b"AT+CWLAP"):
            line.write(command + b"\r\n")
            line.read(b"\r\nOK\r\n", SECONDS)
        line.write(b'AT+CWJAP="%s","1234567890"\r\n' % evil[:32])
        line.read(b"\r\nOK\r\n", SECONDS)
    shows(page, "<script>pwned=1</script>", ".rx.answer")
    page.until("document.querySelector('#state').textContent.includes('<script>pwned=1</script>')")
    page.press("End")
    page.press("ArrowUp")
    assert page.run("document.querySelectorAll('body script, #log img').length") == 0
    assert page.run("typeof pwned") == "undefined"


def test_a_saved_trace(stage, tmp_path):
    sim, page = stage
    path = TRANSCRIPTS / "16-ipd-during-data-phase.json"
    log = json.loads(path.read_text())["log"]
    page.choose(path)
    page.until("document.body.classList.contains('file')")
    page.until("document.querySelector('#note').textContent.includes('16-ipd-during-data-phase')")
    commands = sum(entry["dir"] == "tx" and entry["data"].startswith("AT") for entry in log)
    page.until(f"document.querySelectorAll('.row.tx.command').length == {commands}")
    assert page.run("document.querySelector('#status').textContent") == "saved trace"
    times = page.run("[...document.querySelectorAll('.row .time')].map((time) => Number(time.textContent))")
    assert times == sorted(times) and times[-1] == (len(log) - 1) / 10
    with Host(sim) as line:
        line.write(b"AT+GMR\r\n")
        line.read(b"\r\nOK\r\n")
    assert not page.run("document.querySelector('#log').textContent.includes('AT+GMR')"), "the file stays alone"
    page.click("#live")
    page.until("document.querySelector('#live')?.hidden && document.querySelector('#status')?.textContent == 'live'")
    shows(page, "AT+GMR", ".tx.command")


def test_every_transcript_opens(stage):
    """By drag and drop; nothing of the bytes is lost in the parser."""
    _, page = stage
    texts = {path.name: path.read_text() for path in sorted(TRANSCRIPTS.glob("[0-9]*.json"))}
    assert len(texts) >= 40
    shown = page.run("""(async (texts) => {
        const { Parser } = await import("/parse.js");
        const { read } = await import("/transcript.js");
        const out = {};
        for (const [name, text] of Object.entries(texts)) {
            const records = [];
            const parser = new Parser((one) => records.push(one));
            for (const [t, dir, data] of read(text, name).log) parser.feed(t, dir, data);
            parser.finish();
            out[name] = records.map((one) => (one.head || "") + one.text).join("");
        }
        return out;
    })(%s)""" % json.dumps(texts))
    for name, text in texts.items():
        whole = "".join(entry["data"] for entry in json.loads(text)["log"])
        assert letters(shown[name]) >= letters(whole), name
    page.run("""((text) => {
        const files = new DataTransfer();
        files.items.add(new File([text], "dropped.json"));
        document.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
    })(%s)""" % json.dumps(texts["22-cwlap-quote-comma-in-ssid-exact.json"]))
    page.until("document.querySelector('#note').textContent.startsWith('22-cwlap')")


def letters(text):
    """How many letters and digits there are: what is neither a separator nor a line's end."""
    return sum(letter.isalnum() for letter in text)


def test_what_is_no_trace_is_refused(stage, tmp_path):
    _, page = stage
    wrong = tmp_path / "wrong.json"
    other = '{"log": [{"dir": "up", "data": ""}]}'
    for text, words in (("{", "neither a transcript"), (other, "no log of tx and rx"), ("7", "no log")):
        wrong.write_text(text)
        page.choose(wrong)
        page.until(f"document.querySelector('#note').textContent.includes({words!r})")
        assert not page.run("document.body.classList.contains('file')")


def test_the_live_trace_is_saved_and_opens_again(stage, tmp_path):
    sim, page = stage
    with Host(sim) as line:
        for _ in range(5):
            line.write(b"AT+GMR\r\n")
            line.read(b"\r\nOK\r\n")
    page.until("document.querySelectorAll('.row.tx.command').length == 5")
    saved = tmp_path / "saved.json"
    saved.write_text(page.run("fetch(document.querySelector('#save').href).then((answer) => answer.text())"))
    assert json.loads(saved.read_text())["fidelity"] == "exact"
    page.choose(saved)
    page.until("document.body.classList.contains('file') && document.querySelectorAll('.row.tx.command').length == 5")


def test_thousands_of_messages(browser):
    page = browser
    with watched() as (sim, web), Host(sim) as line:
        page.show(web.url)
        line.write(b"ATE0\r\n")
        line.read(b"\r\nOK\r\n")
        for block in range(60):
            sim.inject(b"".join(b"\r\n+REPORT:%d\r\n" % n for n in range(block * 1000, block * 1000 + 1000)))
        line.read(b"+REPORT:59999\r\n", SECONDS)
        shows(page, "+REPORT:59999", ".rx.report")
        page.until("document.querySelector('#count').textContent.includes('the oldest ')")
        assert page.run("document.querySelectorAll('.row').length") < 100, "only what is in sight exists"
        page.search("/^\\+REPORT:5000[0-4]$/")
        page.until("document.querySelectorAll('.row').length == 5")
        page.search("/(/")
        assert page.run("document.querySelector('#search').getAttribute('aria-invalid')") == "true"


def test_filters_pause_and_keys(stage):
    sim, page = stage
    with Host(sim) as line:
        line.write(b"AT+GMR\r\n")
        line.read(b"\r\nOK\r\n")
        shows(page, "AT+GMR", ".tx.command")
        assert page.run("document.querySelectorAll('.row.echo').length") == 0
        page.click("[data-kind=echo]")
        page.until("document.querySelectorAll('.row.echo').length == 1")
        page.click("[data-kind=answer]")
        page.until("document.querySelectorAll('.row.answer').length == 0")
        assert page.run("document.querySelectorAll('.row.tx.command').length") == 1
        page.click("h1")
        page.press("/")
        assert page.run("document.activeElement.id") == "search"
        page.type("GMR")
        page.until("document.querySelector('#count').textContent.startsWith('2 of ')")
        page.press("Escape")
        page.press("ArrowUp")
        page.until("!document.querySelector('#detail').hidden")
        assert "41 54 2b 47" in page.run("document.querySelector('#hex').textContent")
        page.press("Escape")
        page.until("document.querySelector('#detail').hidden")
        page.search("")
        page.press("p")
        line.write(b"AT+CWMODE?\r\n")
        line.read(b"\r\nOK\r\n")
        page.until("document.querySelector('#state').textContent.includes('command mode')")
        assert not page.run("document.querySelector('#log').textContent.includes('AT+CWMODE?')")
        page.press("p")
        shows(page, "AT+CWMODE?", ".tx.command")
