"""New firmware for the module, and the way back (guide 3.1, 3.3 and 3.14).

    ota.update(modem, print)                                        from Espressif's server
    ota.update_from(modem, "http://192.168.1.9:8000/esp-at.bin")    from anywhere

Afterwards the module has restarted and modem.firmware tells what runs. AT+RESTORE is advised after an update.
"""

from espat import at_basic, at_ota, bringup
from espat.watch import Watch, restarted

_STAGES = {1: "server found", 2: "connected", 3: "version known", 4: "done", -1: "failed"}


def update(at, each=None, version=None, secure=False, name=None, timeout=200):
    """Update from Espressif's server, waiting for it.

    each: called as each(stage), "server found", "connected", "version known", "done". version: such as "v3.4.0.0", the
    newest unless given. secure: over HTTPS. name: a partition other than the firmware, such as "mqtt_ca". timeout:
    seconds. Raises AtRefused.
    """
    before = at.engine.restarts
    tell = (lambda stage: each(_STAGES.get(stage, "?"))) if each else lambda stage: None
    at_ota.update(at, secure, version, name, each=tell, timeout=int(timeout * 1000))
    _again(at, before)


def update_from(at, url, timeout=600):
    """Update from any URL, http or https, up to 8192 bytes long; minutes without a word. timeout: seconds."""
    before = at.engine.restarts
    at_ota.update_from(at, url, int(timeout * 1000))
    _again(at, before)


def rollback(at):
    """Go back to the firmware before this one. Raises AtRefused when there is none."""
    before = at.engine.restarts
    at_ota.rollback(at)
    _again(at, before)


def _again(at, before):
    # it restarts by itself, as a rule
    if not restarted(at, before, 20):
        at_basic.restart(at)
    bringup.identify(at)


class Background(Watch):
    """An update from Espressif's server while the module goes on working; call poll() now and then, or wait().

    each: called as each(stage, b""): see update(), and "failed". The rest as there. finish() starts the new firmware.
    """

    def __init__(self, at, each=None, version=None, secure=False, name=None):
        super().__init__(at, {b"+CIPUPDATE:%d" % n: _STAGES[n] for n in _STAGES}, each)
        try:
            at_ota.update(at, secure, version, name, background=True)
        except OSError:
            self.stop()
            raise

    def finish(self, timeout=200):
        """Wait for the end and restart the module; False when the update failed. timeout: seconds."""
        end = self.wait(("done", "failed"), timeout)
        self.stop()
        if end == "done":
            at_basic.restart(self.at)
            bringup.identify(self.at)
        return end == "done"
