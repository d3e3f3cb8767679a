"""The memory budgets of docs/design.md, measured on the 32-bit port; the table is printed with -s or on failure."""

import pytest

from mp import board, host, services
from rules import ledger, mpy
from sim.servers import TcpServer, echo, server_context


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    reason = host.why_missing("mp32")
    if reason:
        pytest.skip(reason)
    result = ledger.Ledger(tmp_path_factory.mktemp("mpy"))
    print("\n" + ledger.table(result))
    return result


@pytest.mark.parametrize("profile", ledger.BUDGETS)
@pytest.mark.parametrize("kind", ["ram", "rom", "mpy"])
def test_profile(measured, profile, kind):
    used, budget = measured.profiles[profile][kind], ledger.BUDGETS[profile][kind]
    if kind == "rom" and host.why_no_rom("mp32"):
        pytest.skip(used)
    assert used <= budget, f"{profile}: {used} bytes of {kind}, the budget is {budget}"


@pytest.mark.parametrize("profile", ledger.BEYOND)
def test_bluetooth_beyond_the_core(measured, profile):
    used = measured.profiles[profile]["ram"] - measured.profiles["core"]["ram"]
    assert used <= ledger.BEYOND[profile], f"{profile}: {used} bytes beyond the core"


def test_every_file_can_be_imported_from_source(measured):
    over = {name: row["peak"] for name, row in measured.rows.items() if row["peak"] > ledger.PEAK_BUDGET}
    assert not over, f"heap needed for the import, over {ledger.PEAK_BUDGET} bytes: {over}"


def test_the_measuring_is_sound(measured):
    """An import costs something, and its peak from source is more than what stays."""
    for name, row in measured.rows.items():
        assert 0 < row["ram"] < row["peak"], (name, row)


def test_the_profile_is_what_a_program_loads(measured, tmp_path):
    """A program that fetches a page loads nothing that the profile leaves out of its sum."""
    program = "import sys; __import__('03_http_get'); print(' '.join(m for m in sys.modules if m.startswith('espat.')))"
    with services.espsim() as line, services.WebServer(b"page").running() as url:
        settings = {"PORT": line, "SSID": "espressif", "PASSWORD": "1234567890", "URL": url}
        unix = board.Unix(tmp_path, settings)
        done = host.run("mp32", "-c", program, paths=[host.LIB, tmp_path, host.TOP / "examples"], extra=unix.extra)
    loaded = set(done.output.splitlines()[-1].split())
    assert done.returncode == 0 and "espat.net.sock" in loaded, done.output
    left_out = loaded - set(measured.profiles["station + TCP client"]["modules"])
    assert not left_out, f"add {sorted(left_out)} to the profile in rules/ledger.py"


@pytest.mark.parametrize("interpreter", host.INTERPRETERS)
def test_bluetooth_costs_nothing_until_it_is_used(tmp_path, interpreter):
    """A program on the net loads no file of it, though `import bluetooth` would find it; _bleio has to be asked for."""
    program = ("import sys, espat_board; m = espat_board.modem(); m.install(); import network, socket, ssl, bluetooth;"
               "w = network.WLAN(network.WLAN.IF_STA); w.active(True); s = socket.socket(); s.close();"
               "there = [n for n in sys.modules if n.startswith('espat.ble') or n == '_bleio']; bluetooth.BLE;"
               "print(there, 'espat.ble.bluetooth' in sys.modules)")
    with services.espsim() as line:
        unix = board.Unix(tmp_path, {"PORT": line})
        done = host.run(interpreter, "-c", program, paths=[host.LIB, tmp_path], extra=unix.extra)
    assert done.output.splitlines()[-1:] == ["[] True"], done.output


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled")
    mpy.compile_all(folder)
    return folder


def _left(compiled, tmp_path, program):
    """(what the program said, the files of the library that are still loaded) from .mpy files, on a network."""
    program += "; import sys; print(' '.join(m for m in sys.modules if m.startswith('espat.')))"
    with services.espsim() as line:
        unix = board.Unix(tmp_path, {"PORT": line, "SSID": "espressif", "PASSWORD": "1234567890"})
        done = host.run("mp32", "-c", program, paths=[compiled, tmp_path, host.TOP / "examples"], extra=unix.extra)
    assert done.returncode == 0, done.output
    *said, loaded = done.output.splitlines()
    return " ".join(said), set(loaded.split())


def test_what_is_seldom_needed_leaves_the_memory_again(measured, compiled, tmp_path):
    """Bring-up, joining, the question for the address: nothing of them stays."""
    said, loaded = _left(compiled, tmp_path, "__import__('02_connect')")
    assert "127." in said, said
    left_over = loaded - set(measured.profiles["station + TCP client"]["modules"])
    assert not left_over, f"{sorted(left_over)} stay in the memory"


def test_what_makes_a_connection_tls_leaves_the_memory_again(measured, compiled, tmp_path):
    with TcpServer(echo, server_context("broker")) as server:
        said, loaded = _left(
            compiled, tmp_path, "__import__('02_connect'); import socket, ssl; s = socket.socket();"
            f"s.connect(('127.0.0.1', {server.port})); context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);"
            "context.verify_mode = ssl.CERT_NONE; t = context.wrap_socket(s); t.write(b'over TLS'); print(t.read(8))")
        assert server.shown, server.failed
    assert "b'over TLS'" in said, said
    left_over = loaded - set(measured.profiles["+ TLS client"]["modules"])
    assert not left_over, f"{sorted(left_over)} stay in the memory"
