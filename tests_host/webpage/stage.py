"""A simulated module with its web page, and a browser on that page."""

import base64
import contextlib
import pathlib

from espsim import Air, Sim
from espsim.faults import Faults
from espsim.web import Watched, Web
from sim.browser import Browser


@contextlib.contextmanager
def watched(**options):
    """(sim, web) with the page served on a free port."""
    sim = Sim(faults=Faults(), **options)
    sim.trace = sim.module.uart.trace = Watched()
    with sim:
        web = Web(sim.module)
        sim.call(web.start, "127.0.0.1", 0)
        try:
            yield sim, web
        finally:
            sim.call(web.stop)


def air(**names):
    made = Air()
    made.names.update(names)
    return made


class Page(Browser):
    """A browser with a window, a mouse and a keyboard."""

    def show(self, url, width=1440, height=900):
        self.size(width, height)
        self.open(url)
        self.until("document.querySelector('#status').textContent == 'live'")

    def size(self, width, height):
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def dark(self, yes):
        features = [{"name": "prefers-color-scheme", "value": "dark" if yes else "light"}]
        self._call("Emulation.setEmulatedMedia", features=features)

    def click(self, selector):
        """A real click into the middle of an element."""
        x, y = self.run(f"""(() => {{
            const node = document.querySelector({selector!r});
            node.scrollIntoView({{block: "center"}});
            const box = node.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key, text=""):
        self._call("Input.dispatchKeyEvent", type="keyDown", key=key, text=text)
        self._call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def type(self, text):
        for letter in text:
            self.press(letter, letter)

    def choose(self, path):
        """Choose a file for the page's file input."""
        root = self._call("DOM.getDocument")["root"]["nodeId"]
        node = self._call("DOM.querySelector", nodeId=root, selector="#file")["nodeId"]
        self._call("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def picture(self, path):
        shot = self._call("Page.captureScreenshot", format="png")
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))

    def words(self, kind=""):
        """The texts of the rows in sight."""
        return self.run(f"[...document.querySelectorAll('.row{kind} .words')].map((row) => row.textContent)")

    def search(self, words):
        self.run(f"(() => {{ const s = document.querySelector('#search'); s.value = {words!r};"
                 "s.dispatchEvent(new Event('input')); })()")
