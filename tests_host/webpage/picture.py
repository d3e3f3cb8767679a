"""Draws docs/web.png: a MicroPython program fetches a page and meets a fault, seen on espsim's web page.

    PYTHONPATH=lib:tests_host .venv/bin/python -m webpage.picture
"""

import contextlib
import socket
import tempfile
import time

from mp import board, host, services
from sim.talk import Host
from webpage.stage import Page, watched

TEXT = ("Hello from a real HTTP server, over a serial line.\n" * 40).encode()


def main():
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(services.WebServer(TEXT).running())
        sim, web = stack.enter_context(watched(baud=115200))
        page = stack.enter_context(Page(stack.enter_context(tempfile.TemporaryDirectory())))
        page.show(web.url, 1500, 940)
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        unix = board.Unix(folder, {"PORT": "%s:%d" % sim.address, "SSID": "espressif", "PASSWORD": "1234567890", "URL": url})
        page.run("document.querySelector('[data-fault=busy] input').value = '2'")
        page.click("[data-fault=busy] button")
        unix.run("03_http_get")
        line = stack.enter_context(Host(sim))
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        line.write(b'AT+CIPSTART=2,"TCP","127.0.0.1",%d\r\n' % server.getsockname()[1])
        peer, _ = server.accept()
        stack.enter_context(peer)
        line.read(b"\r\nOK\r\n", 20)
        line.write(b"AT+CIPSEND=2,18\r\n")
        line.read(b">", 20)
        line.write(b"subscribe: weather")
        line.read(b"SEND OK\r\n", 20)
        peer.sendall(bytes(range(64)) + "21,5 °C in Genève\n".encode())
        page.until("document.querySelector('[data-link=\"2\"]') != null")
        page.run("document.querySelector('aside').scrollTop = 0")
        page.until("document.querySelector('#log').textContent.includes('+IPD,2,84')")
        time.sleep(1)  # the state comes at most every quarter of a second
        page.click(".row.data.rx")
        time.sleep(1)  # the state comes at most every quarter of a second
        page.picture(host.TOP / "docs/web.png")


if __name__ == "__main__":
    main()
