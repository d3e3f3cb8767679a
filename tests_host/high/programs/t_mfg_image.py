"""A whole image of the manufacturing partition, made on the PC by Espressif's own generator, goes through the module into its
flash (guide 6.6, 6.8, 6.9): it is read back as written, and after a restart the module uses its values and certificates."""

import time

import high
import play
from espat import at_basic, at_mfg, at_system
from espat.block import Source
from espat.net import at_links, at_manual, at_tls
from high import ask, modem

TIMEOUT = 150
PIECE = 4096  # bytes that the guide advises


class Check:
    """Sink that compares what is read with a file."""

    def __init__(self, file):
        self.file = file
        self.count = 0

    def __call__(self, buf, off, n):
        assert self.file.read(n) == bytes(buf[off : off + n]), self.count
        self.count += n


def test_image():
    path, size = ask("mfg_image")
    rows = [row for row in at_mfg.partitions(modem) if row[0] == "mfg_nvs"]
    assert rows and rows[0][4] == size, rows
    at_mfg.erase(modem, "mfg_nvs")
    assert at_mfg.namespaces(modem) == []
    with open(path, "rb") as file:
        for at in range(0, size, PIECE):
            at_mfg.write(modem, "mfg_nvs", at, Source(file, min(PIECE, size - at)))
    with open(path, "rb") as file:
        check = Check(file)
        assert at_mfg.read(modem, "mfg_nvs", 0, size, check) == check.count == size
    at_basic.restart(modem)
    assert sorted(at_mfg.namespaces(modem)) == ["ble_data", "client_ca", "client_cert", "client_key", "factory_param"]
    assert at_mfg.get(modem, "factory_param", "max_tx_power") == 78
    assert at_mfg.get(modem, "factory_param", "module_name") == "MINE"
    assert at_mfg.get(modem, "client_cert", "client_cert.0") == ask("pki", "stranger.crt").encode()
    assert at_mfg.get(modem, "ble_data", "cfg2") == "2,16,0xC300,0x11,1,1,30"
    high.ready()


def test_its_certificates_are_used():
    """A server of another authority that wants a certificate of that authority: the image has both."""
    play.join()
    at_system.set_clock(modem, int(time.time()))
    port = ask("strange_echo")
    at_links.multiplex(modem, False)
    at_tls.verify(modem, None, 3, 0, 0)
    at_manual.receive_type(modem, True)
    at_manual.start(modem, "SSL", "127.0.0.1", port)
    at_manual.send(modem, b"with our own keys")
    play.until(lambda: at_links.lengths(modem)[0] == 17)
    assert at_manual.receive(modem, 100) == b"with our own keys"
    at_manual.close(modem)
    high.ready()


def test_one_entry_is_changed():
    """6.8 without an image: one certificate through AT+SYSMFG; the server's is not the CA's any more."""
    at_mfg.put(modem, "client_ca", "client_ca.0", ask("pki", "server_ca.crt").encode())
    assert at_mfg.get(modem, "client_ca", "client_ca.0") == ask("pki", "server_ca.crt").encode()
    high.refused(at_manual.start, modem, "SSL", "127.0.0.1", ask("strange_echo"))
    at_mfg.put(modem, "client_ca", "client_ca.0", ask("pki", "stranger_ca.crt").encode())
    at_manual.start(modem, "SSL", "127.0.0.1", ask("strange_echo"))
    at_manual.close(modem)
    high.ready()
