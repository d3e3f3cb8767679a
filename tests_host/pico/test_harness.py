"""Running scripts, files, limits, repeatability, and the TCP side of the harness."""

import socket
import threading
import time

import pytest
from pico import Lockstep, PicoError, Reply, ScriptError, TimeLimit
from pico.peers import Flood, counting


def test_output_and_counters_of_each_script(board):
    pico = board()
    shown = []
    first = pico.run("print('a'); print('ü' * 3)", show=shown.append)
    assert first.output == "a\nüüü\n" == "".join(shown)
    idle = pico.run("import time\ntime.sleep_ms(200)")
    busy = pico.run("for i in range(10000): pass")
    assert idle.counters["nanoseconds"] >= 200_000_000
    assert busy.counters["cycles"] > 10000 * 100 > idle.counters["cycles"]


def test_a_script_reads_the_counters_itself_without_allocating(board):
    pico = board()
    result = pico.run("""
import machine, micropython
def f():
    m = machine.mem32
    micropython.heap_lock()
    a = m[0x30000000]; t = m[0x3000000c]
    for i in range(1000): pass
    b = m[0x30000000]; s = m[0x3000000c]
    micropython.heap_unlock()
    print(b - a, s - t)
f()
""")
    cycles, microseconds = map(int, result.output.split())
    assert 50_000 < cycles < 1_000_000
    assert abs(cycles / 125 - microseconds) < 20  # the registers are read one after the other


def test_an_exception_comes_back_with_its_traceback(board):
    pico = board()
    with pytest.raises(ScriptError, match="ZeroDivisionError") as caught:
        pico.run("print('before')\n1 / 0")
    assert caught.value.result.output == "before\n"
    assert "line 2" in pico.run("print('before')\n1 / 0", check=False).error
    assert pico.run("print('still alive')").output == "still alive\n"


def test_the_wall_clock_limit_ends_an_endless_script(board):
    pico = board()
    start = time.monotonic()
    with pytest.raises(TimeLimit, match="no end after 1 seconds") as caught:
        pico.run("print('going')\nwhile True: pass", timeout=1)
    assert time.monotonic() - start < 5
    assert caught.value.output == "going\n"
    with pytest.raises(PicoError, match="switched off"):
        pico.run("print(1)")


def test_the_simulated_limit_ends_a_sleeping_script(board):
    pico = board()
    start = time.monotonic()
    with pytest.raises(TimeLimit, match="100.0 simulated seconds"):
        pico.run("import time\ntime.sleep(1000)", simulated=100)
    assert time.monotonic() - start < 30


def test_files_reach_the_board_and_stay(board, tmp_path):
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "__init__.py").write_text("from .value import VALUE\n")
    (folder / "value.py").write_text("VALUE = 'ä' * 2000\n", encoding="utf-8")
    pico = board(files={"/lib/package": str(folder)})
    assert pico.run("import package\nprint(len(package.VALUE))").output == "2000\n"
    pico.run("with open('/kept.bin', 'wb') as f: f.write(bytes(range(256)) * 40)")
    check = "with open('/kept.bin', 'rb') as f: print(f.read() == bytes(range(256)) * 40)"
    assert pico.run(check).output == "True\n"


def test_a_saved_flash_outlives_the_board(board, tmp_path):
    flash = str(tmp_path / "flash")
    first = board(flash=flash)
    first.run("with open('/note', 'w') as f: f.write('kept')")
    first.save_flash(flash)
    first.close()
    second = board(flash=flash)
    assert second.run("print(open('/note').read())").output == "kept\n"
    other = board()
    with pytest.raises(ScriptError, match="ENOENT"):
        other.run("open('/note')")


def repeatable(board, gap):
    pico = board(Flood({b"G": counting(1500)}, gap))
    result = pico.run("""
import machine, time
u = machine.UART(1, baudrate=921600, rxbuf=512, timeout=0)
buf = bytearray(64)
u.write(b'G')
got = calls = 0
while got < 1500:
    n = u.any()
    if n:
        got += u.readinto(buf, min(n, 64))
        calls += 1
print(calls, time.ticks_us(), machine.mem32[0x30000000])
""")
    return result.output, result.counters, pico.counters


def test_two_lockstep_runs_agree_in_every_cycle(board):
    first = repeatable(board, 1_000_000)
    assert repeatable(board, 1_000_000) == first
    assert repeatable(board, 1_000_900)[1] != first[1]  # and the comparison can tell runs apart


def test_a_lockstep_peer_is_woken_when_it_asked_for_it(board):
    wakes = []

    def exchange(now, data, queued):
        wakes.append(now)
        return Reply(wake=50_000_000)

    pico = board(Lockstep(exchange))
    pico.run("import time\ntime.sleep_ms(500)")
    assert len(wakes) > 10
    assert {b - a for a, b in zip(wakes, wakes[1:])} <= {49_999_999, 50_000_000, 50_000_001}


def test_a_tcp_server_is_the_other_end_in_real_time(board):
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(30)
    got = []

    def serve():
        connection, _ = server.accept()
        with connection:
            connection.settimeout(30)
            while data := connection.recv(4096):
                got.append(data)
                connection.sendall(data.upper())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with server:
        pico = board("127.0.0.1:%d" % server.getsockname()[1])
        start = time.monotonic()
        result = pico.run("""
import machine, time
u = machine.UART(1, baudrate=115200, timeout=2000)
u.write(b'hello\\n')
print(u.readline())
time.sleep_ms(500)
""")
        assert result.output == "b'HELLO\\n'\n"
        assert time.monotonic() - start >= 0.5
        pico.close()
        thread.join(10)
        assert not thread.is_alive()
    assert b"".join(got) == b"hello\n"


def test_no_server_is_said_plainly(board):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(PicoError, match="ECONNREFUSED"):
        board("127.0.0.1:%d" % port)


def test_the_profile_names_the_firmwares_functions(board):
    pico = board()
    result = pico.run("x = bytearray(2000)\nfor i in range(200): x.find(b'\\n')", profile=True)
    names = [name for name, _, _ in result.profile]
    assert "find_subbytes" in names[:2]
    calls = {name: calls for name, _, calls in result.profile}
    assert calls["find_subbytes"] == 200
    assert abs(sum(cycles for _, cycles, _ in result.profile) / result.counters["cycles"] - 1) < 0.01
