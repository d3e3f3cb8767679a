"""ROMFS on the emulated Pico: mpremote's own command writes the image into the firmware's partition, the board mounts it at
/rom, and the library runs from there: in flash, in place, for little RAM."""

import argparse
import ast
import hashlib
import os

import pytest
from mpremote import commands
from mpremote.transport import Transport, TransportExecError

from mp import host
from pico import Pico, ScriptError
from pico.espsim_peer import EspsimPeer
from pico.peers import counting
from pico.test_board import DOWNLOAD, SIZE, boot, sending
from pico.weight import weigh
from rules import ledger
from tools import romfs

MOST = 16000  # bytes of RAM after import; docs/install.md and docs/design.md tell what it was when they were written
MOST_IN_SUM = 50000  # with a Modem, a network and a socket
IMPORTED = """
import gc
gc.collect()
begin = gc.mem_alloc()
import {modules}
gc.collect()
print(gc.mem_alloc() - begin)
"""
# Bytes of RAM that the library itself may hold, by what a program uses of it; the profiles of rules/ledger.py
PROFILES = {"station + TCP client": 25 * 1024, "Bluetooth LE peripheral": 20 * 1024, "Bluetooth LE central": 22 * 1024}


class Console(Transport):
    """What mpremote commands a board through; this one in simulated time."""

    def __init__(self, pico):
        self.pico = pico

    def exec(self, command, data_consumer=None):
        try:
            return self.pico.run(command).output.encode()
        except ScriptError as error:
            raise TransportExecError(1, error.result.error) from None

    def eval(self, expression):
        return ast.literal_eval(self.exec(f"print(repr({expression}))").decode())


class State:
    """mpremote's session."""

    def __init__(self, pico):
        self.transport = Console(pico)

    def ensure_raw_repl(self):
        pass

    did_action = ensure_raw_repl


def deploy(pico, image):
    """mpremote romfs deploy IMAGE."""
    commands.do_romfs(State(pico), argparse.Namespace(command=["deploy"], path=str(image), partition=0, mpy=True))


@pytest.fixture(scope="module")
def flash(pico_parts, tmp_path_factory):
    """A board's flash with the image in its partition; the file system has only what names the board."""
    if not os.environ.get("ESPAT_PICO_LONG"):
        pytest.skip("a minute of the emulated Pico: `make pico` runs it, and so does CI")
    folder = tmp_path_factory.mktemp("romfs")
    romfs.build(folder)
    with Pico(pico_parts.firmware) as pico:
        try:
            deploy(pico, folder / "espat.romfs")
        except commands.CommandError as error:
            if os.environ.get("ESPAT_PICO_FIRMWARE"):
                pytest.skip("the firmware that ESPAT_PICO_FIRMWARE names: %s" % error)
            raise
        pico.put("/espat_board.py", str(host.TOP / "boards/pico_esp.py"))
        pico.save_flash(folder / "flash")
    return folder / "flash"


@pytest.mark.timeout(240)
def test_the_board_finds_it_by_itself(board, flash):
    """From a board's /lib it would take more; /rom comes first."""
    output = board(flash=flash).run("import os, sys; print(os.listdir('/rom'), *sys.path)").output
    assert output == "['espat']  .frozen /rom /rom/lib /lib\n"


@pytest.mark.timeout(240)
def test_it_takes_little_ram(board, flash):
    weights = weigh(lambda peer: board(uart=peer, flash=flash))
    print("from ROMFS:", weights)
    assert weights.place == "/rom/espat/__init__.mpy"
    assert 0 < weights.loaded < MOST and weights.sum < MOST_IN_SUM


@pytest.mark.timeout(240)
@pytest.mark.parametrize("profile", PROFILES)
def test_what_a_program_needs_takes_little_ram(board, flash, profile):
    """The ledger's 32-bit port has other names in its own flash, and threads of its own; this is the board."""
    modules = ", ".join(ledger.PROFILES[profile])
    held = int(board(flash=flash).run(IMPORTED.format(modules=modules)).output)
    print("from ROMFS, %s: %d bytes" % (profile, held))
    assert held <= PROFILES[profile]


@pytest.mark.timeout(240)
def test_a_download_is_whole(board, flash):
    """As test_board's from files, in simulated time."""
    size = SIZE // 4
    text = counting(size)
    with EspsimPeer(turnaround=0.001) as peer:
        pico = boot(board, flash, peer, {})
        result = pico.run(DOWNLOAD.format(server=peer.serve(sending(text)), size=size), timeout=150)
        assert peer.module.failures == []
    assert result.output == "%d %s\n" % (size, hashlib.sha256(text).hexdigest())
    assert result.counters["overruns"] == 0
