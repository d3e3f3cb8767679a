"""A headless Chromium for tests, driven through its debugging socket with the standard library."""
import base64
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import time
import urllib.request

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser:
    """One page. run(expression) gives the value of a JavaScript expression; promises are waited for."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.number = 0

    def __enter__(self):
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"]
        options += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
        options += ["--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={self.folder}", "about:blank"]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([PROGRAM, *options], start_new_session=True, **quiet)
        try:
            self._attach()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _attach(self):
        end = time.monotonic() + 60
        told = self.folder / "DevToolsActivePort"
        while not told.exists() or not told.read_text():
            assert time.monotonic() < end and self.process.poll() is None, "the browser did not start"
            time.sleep(0.05)
        port = int(told.read_text().split()[0])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=20) as answer:
            target = next(one for one in json.load(answer) if one["type"] == "page")
        path = target["webSocketDebuggerUrl"].split(f":{port}", 1)[1]
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=60)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += ["Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", "", ""]
        self.sock.sendall("\r\n".join(lines).encode())
        self.file = self.sock.makefile("rb")
        while self.file.readline() not in (b"\r\n", b""):
            pass

    def _call(self, method, **parameters):
        self.number += 1
        data = json.dumps({"id": self.number, "method": method, "params": parameters}).encode()
        self.sock.sendall(struct.pack("!BBQ", 0x81, 0xFF, len(data)) + bytes(4) + data)  # a mask of zeros
        while True:
            answer = json.loads(self._message())
            if answer.get("id") == self.number:
                return answer["result"]

    def _message(self):
        size = self.file.read(2)[1] & 127
        if size >= 126:
            size = int.from_bytes(self.file.read(2 if size == 126 else 8), "big")
        return self.file.read(size)

    def open(self, url):
        self._call("Page.navigate", url=url)
        self.until(f"location.href.startsWith({json.dumps(url)}) && document.readyState == 'complete'")

    def run(self, expression):
        result = self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def until(self, expression, limit=20):
        """Wait until the expression is true."""
        end = time.monotonic() + limit
        while not self.run(expression):
            assert time.monotonic() < end, expression
            time.sleep(0.05)
