"""`make demo`: MicroPython programs reach real servers through espat, a serial line and the simulated ESP-AT module.

Nothing here is mocked: the MicroPython interpreter, the HTTP server, the MQTT broker and every socket are real; only the
ESP module is simulated. Ends by itself; exit code 0 when every example did what it says, else 1 and one sentence.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time

from mp import board, host, services, wire
from tools import interpreters

BAUD = 115200
# The access point that the simulated module's air has, from the worked examples of Espressif's guide
SSID, PASSWORD = "espressif", "1234567890"
PAGE = "Hello from a real HTTP server. These words reached MicroPython over a serial line.\n".encode()
WIDTH = 110


class Trace:
    """Prints the traffic line by line; of many answer lines in a row that begin alike, only the first."""

    def __init__(self):
        self.start = time.monotonic()
        self._head = None
        self._more = 0

    def seconds(self):
        return time.monotonic() - self.start

    def line(self, way, text):
        head = text.partition(":")[0] if way == wire.FROM_MODULE and text.startswith("+") else None
        if head and head == self._head:
            self._more += 1
            return
        self.flush()
        self._head = head
        self._print(way, text)

    def flush(self):
        """Say how many lines were left out."""
        if self._more:
            self._print(wire.FROM_MODULE, "... and %d more %s lines" % (self._more, self._head))
        self._head, self._more = None, 0

    def _print(self, way, text):
        arrow = "board -> module" if way == wire.TO_MODULE else "board <- module"
        text = text if len(text) <= WIDTH else text[: WIDTH - 3] + "..."
        say("    %6.2f s  %s  %s" % (self.seconds(), arrow, text))


def say(text):
    print(text, flush=True)


class Demo:
    """The stage: everything is started, the examples run one after the other, and what they said is collected."""

    def __init__(self):
        self.trace = Trace()
        self.ok = []

    def run(self):
        micropython = interpreters.find(64)
        version = subprocess.check_output([micropython, "-c", "import sys; print(sys.version)"], universal_newlines=True)
        say("espat demo: programs on MicroPython, their network through a (simulated) ESP-AT module\n")
        with contextlib.ExitStack() as stack:
            web = services.WebServer(PAGE)
            url = stack.enter_context(web.running())
            broker, port = stack.enter_context(services.broker())
            listener = services.Listener(port)
            stack.callback(listener.close)
            module = stack.enter_context(services.espsim("--baud", str(BAUD)))
            line = wire.Wire(module, wire.Words(self.trace.line).hear)
            address = stack.enter_context(line.running())
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            say("  interpreter   %s" % version.strip())
            say("  module        espsim, serial line paced to %d baud" % BAUD)
            say("  HTTP server   %s" % url)
            say("  MQTT broker   %s on 127.0.0.1:%d\n" % (broker, port))
            unix = board.Unix(folder, {"PORT": address, "SSID": SSID, "PASSWORD": PASSWORD, "URL": url,
                                       "BROKER": "127.0.0.1", "BROKER_PORT": str(port)})
            self.example(unix, 1, "02_connect", "joins the network")
            self.example(unix, 2, "03_http_get", "fetches a page over HTTP")
            self.example(unix, 3, "04_mqtt", "exchanges MQTT messages")
            self.check(web, listener)
            self.close(web, listener, line)

    def example(self, unix, number, name, what):
        say("[%d/3] examples/%s.py %s" % (number, name, what))
        begun = time.monotonic()
        try:
            lines = unix.run(name)
        finally:
            self.trace.flush()
        for text in lines:
            say("  | " + text)
        say("      done in %.1f s\n" % (time.monotonic() - begun))
        self.ok.append(lines[-1])

    def check(self, web, listener):
        """What the servers saw, whatever the examples say."""
        if not web.requests:
            raise services.Failure("03_http_get said ok, but the HTTP server saw no request")
        end = time.monotonic() + 2
        while not listener.messages and time.monotonic() < end:
            time.sleep(0.05)
        if not listener.messages:
            raise services.Failure("04_mqtt said ok, but no message came out of the MQTT broker")

    def close(self, web, listener, line):
        client, request = web.requests[-1]
        topic, payload = listener.messages[-1]
        say("What happened")
        say("  The module joined the network %r; every program ran unchanged on MicroPython." % SSID)
        say("  The HTTP server answered %r for %s, the simulated module's address." % (request, client))
        say("  The MQTT broker passed on %d message%s, the last %r on topic %r." % (
            len(listener.messages), "s" * (len(listener.messages) != 1), payload.decode(errors="replace"), topic))
        say("  Over the serial line went %d bytes to the module and %d bytes back, in %.1f s." % (
            line.counts[wire.TO_MODULE], line.counts[wire.FROM_MODULE], self.trace.seconds()))
        for text in self.ok:
            say("  " + text)


def main():
    if not os.path.isdir(host.TOP / "examples"):
        raise services.Failure("examples/ is missing")
    Demo().run()


if __name__ == "__main__":
    try:
        main()
    except (services.Failure, interpreters.Unavailable, OSError) as error:
        print("\ndemo: %s." % str(error).rstrip("."), file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\ndemo: stopped.", file=sys.stderr)
        sys.exit(130)
