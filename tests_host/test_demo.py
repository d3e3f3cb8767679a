"""`make demo` shows the main job, and ends by itself with a clear word either way."""

import os
import subprocess
import sys

import pytest

from mp import host

SECONDS = 120


def _demo(**variables):
    return subprocess.run([sys.executable, host.TOP / "tests_host/demo.py"], env={**os.environ, **variables}, timeout=SECONDS,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.timeout(SECONDS + 30)
def test_demo():
    reason = host.why_missing("mp64")
    if reason:
        pytest.skip(reason)
    done = _demo()
    assert done.returncode == 0, done.stdout + done.stderr
    story, happened = done.stdout.split("What happened")
    for name in ("02_connect", "03_http_get", "04_mqtt"):
        assert f"examples/{name}.py" in story
    for sign in ("AT+CWJAP", "AT+CIPSTART", "bytes of data]", "SEND OK", "Hello from a real HTTP server"):
        assert sign in story
    assert happened.count("  ok: ") == 3
    assert "1234567890" not in done.stdout, "the password is on the screen"


def test_failure_is_one_sentence(tmp_path):
    done = _demo(ESPAT_MICROPYTHON_64=str(tmp_path / "absent"))
    assert done.returncode == 1
    assert done.stderr == f"\ndemo: {tmp_path}/absent does not run as a MicroPython.\n"
