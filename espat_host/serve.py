"""A file on this PC, offered to the module over HTTP for its update; how much it has fetched is told."""

import contextlib
import http.server
import pathlib
import socket
import threading
import urllib.parse


def own_address(towards):
    """This PC's address as seen from `towards`; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect((towards, 9))
        return s.getsockname()[0]


@contextlib.contextmanager
def offered(path, address, each):
    """The URL of a file; each(bytes that have gone out) is called as it is fetched."""
    path = pathlib.Path(path)
    data = path.read_bytes()

    class Handler(http.server.BaseHTTPRequestHandler):
        def _head(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()

        def do_HEAD(self):
            self._head()

        def do_GET(self):
            self._head()
            for at in range(0, len(data), 4096):
                self.wfile.write(data[at : at + 4096])
                each(len(data[at : at + 4096]))

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer((address, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield "http://%s:%d/%s" % (address, server.server_port, urllib.parse.quote(path.name))
        finally:
            server.shutdown()
            thread.join()
