"""Measures what the library costs a board: RAM per module on the 32-bit port, .mpy sizes, heap to import from source.

    PYTHONPATH=tests_host python -m rules.ledger                          prints the table
    PYTHONPATH=tests_host python -m rules.ledger --write docs/ledger.md   writes it (this is `make ledger`)

RAM: growth of gc.mem_alloc() over the import of the compiled module. From ROMFS: the same where the compiled files lie in an
image outside the heap, as in a board's flash. Peak: the smallest heap in which the import of the one file from source
succeeds, less what its (compiled) dependencies hold; an empty module has a peak of about 2 KB.
"""

import argparse
import pathlib
import tempfile

from mp import host
from rules import mpy, source
from tools import pages, romfs

# What a program that has joined a network and opened sockets holds, with whatever these import. What brings the module up
# (bringup, at_basic, at_links, joining, at_join, at_wifi) has left the memory by then; ssl loads with its first `import ssl`.
_STATION = ("espat.modem", "espat.net.links", "espat.net.network", "espat.net.socket")
_CORE = ("espat.modem", "espat.at", "espat.uart")
PROFILES = {
    "core": _CORE[1:],
    "station + TCP client": _STATION,
    "+ TLS client": (*_STATION, "espat.net.ssl"),
    "+ TLS client, while it connects": (*_STATION, "espat.net.ssl", "espat.net.tls_client"),
    "+ server": (*_STATION, "espat.net.server"),
    "+ UDP": (*_STATION, "espat.net.udp"),
    "station + MQTT over AT": ("espat.modem", "espat.net.network", "espat.net.mqtt"),
    # a row for each role; what is done seldom leaves the memory again, which ble/programs/t_memory.py shows
    "Bluetooth LE peripheral": (*_CORE, "espat.ble.bluetooth", "espat.ble.gatts"),
    "Bluetooth LE central": (*_CORE, "espat.ble.bluetooth", "espat.ble.gattc", "espat.block"),
    "the same while it scans or connects": (
        *_CORE, "espat.ble.bluetooth", "espat.ble.gattc", "espat.block", "espat.ble.central"),
}
# Where they are, not where they were planned to be: docs/design.md says why
BUDGETS = {
    "station + TCP client": {"ram": 49 * 1024, "rom": 25 * 1024, "mpy": 33 * 1024},
    "+ TLS client": {"ram": 51 * 1024, "rom": 26 * 1024, "mpy": 34 * 1024},
    "+ TLS client, while it connects": {"ram": 58 * 1024, "rom": 29 * 1024, "mpy": 39 * 1024},
    "+ server": {"ram": 52 * 1024, "rom": 27 * 1024, "mpy": 35 * 1024},
    "+ UDP": {"ram": 51 * 1024, "rom": 27 * 1024, "mpy": 34 * 1024},
    "station + MQTT over AT": {"ram": 43 * 1024, "rom": 23 * 1024, "mpy": 27 * 1024},
    "Bluetooth LE peripheral": {"ram": 38 * 1024 + 256, "rom": 21 * 1024, "mpy": 23 * 1024 + 256},
    "Bluetooth LE central": {"ram": 40 * 1024 + 256, "rom": 22 * 1024, "mpy": 25 * 1024},
    "the same while it scans or connects": {"ram": 49 * 1024 + 256, "rom": 26 * 1024, "mpy": 31 * 1024},
}
# What Bluetooth itself may cost: bytes of RAM beyond the core
BEYOND = {"Bluetooth LE peripheral": 14 * 1024, "Bluetooth LE central": 16 * 1024}
PEAK_BUDGET = 40 * 1024
_GRAIN = 512  # the peak is found to this many bytes


class Ledger:
    """The measurements, made once; rows and profiles are plain dicts."""

    def __init__(self, folder):
        self.compile(folder)
        self.profiles = {name: self._profile(entries) for name, entries in PROFILES.items()}
        self._empty_the_front_door()
        self.rows = {name: self._row(name) for name in self.sizes}

    def compile(self, folder):
        """What is weighed, into an empty folder."""
        self.folder = folder / "lib"  # each file's path is a name in RAM: as long as on a board
        self.folder.mkdir()
        self.sizes = mpy.compile_all(self.folder)
        self.image = folder / "lib.romfs"
        self.image.write_bytes(romfs.image(self.folder))

    def _weigh(self, names, heap=None, lib="lib"):
        """(heap in use at the start, {name: bytes}, modules loaded), or None when the heap does not suffice."""
        done = host.run("mp32", host.INSIDE / "weigh.py", *names, paths=[lib], heap=heap, cwd=self.folder.parent)
        if "MemoryError" in done.output and done.returncode:
            return None
        assert done.returncode == 0, done.output
        lines = [line.split() for line in done.output.splitlines()]
        used = {words[1]: int(words[2]) for words in lines if words[0] == "bytes"}
        return int(lines[0][1]), used, [w for words in lines if words[0] == "loaded" for w in words[1:]]

    def _empty_the_front_door(self):
        """The package's own file imports most of the rest, so that a module's own share could not be told."""
        empty = self.folder / "empty.py"
        empty.write_text("")
        mpy.compile(empty, self.folder / "espat/__init__.mpy")
        del self.sizes["espat"]

    def _profile(self, entries):
        here = [name for name in entries if name in self.sizes]
        _, used, loaded = self._weigh(here)
        rom = host.why_no_rom("mp32") or sum(self._weigh(here, lib=self.image)[1].values())
        return {"ram": sum(used.values()), "rom": rom, "mpy": sum(self.sizes[name] for name in loaded), "modules": loaded,
                "missing": [name for name in entries if name not in self.sizes]}

    def _row(self, name):
        _, _, loaded = self._weigh([name])
        others = [other for other in loaded if other != name and not name.startswith(other + ".")]
        start, used, _ = self._weigh([*others, name])
        return {"mpy": self.sizes[name], "ram": used[name],
                "peak": self._peak(name, others, sum(used.values()) - used[name])}

    def groups(self):
        """{group of docs/groups: (RAM of its typed calls, RAM with its classes, .mpy)}, over a station with a TCP client."""
        base = list(PROFILES["station + TCP client"])
        _, used, loaded = self._weigh(base)
        found = {}
        for title, classes, calls, _ in pages.GROUPS.values():
            names = [["espat." + name.replace("/", ".") for name in part] for part in (calls, [*calls, *classes])]
            ram = [sum(self._weigh(base + part)[1].values()) - sum(used.values()) for part in names]
            more = set(self._weigh(base + names[1])[2]) - set(loaded)
            found[title] = (*ram, sum(self.sizes[name] for name in more))
        return found

    def _peak(self, name, others, held):
        path = source.LIB.joinpath(*name.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        beside = self.folder / path.relative_to(source.LIB)
        beside.write_bytes(path.read_bytes())  # MicroPython prefers the source beside the compiled file
        try:
            low, high = 0, 1
            while self._weigh([*others, name], heap=str(held + high * 16384)) is None:
                low, high = high, high * 2
            low, high = low * 16384, high * 16384
            while high - low > _GRAIN:
                middle = (low + high) // 2
                fits = self._weigh([*others, name], heap=str(held + middle)) is not None
                low, high = (low, middle) if fits else (middle, high)
            return high
        finally:
            beside.unlink()


def by_group(ledger):
    """What each group of commands costs a program that imports it."""
    lines = ["", "What a group costs beyond a station with a TCP client, by itself:", "",
             "| group | RAM, typed calls | RAM, with its classes | .mpy |", "|---|---|---|---|"]
    return lines + ["| %s | %d | %d | %d |" % (title, *row) for title, row in ledger.groups().items()]


def table(ledger, groups=()):
    """The measurements as a page in Markdown. groups: lines of by_group()."""
    lines = ["# What the library costs", "",
             "Written by `make ledger` on the 32-bit MicroPython port (object sizes as on an RP2040). Bytes.", "",
             "| profile | RAM after import of .mpy files | from ROMFS | .mpy | modules | budget (RAM, from ROMFS, .mpy) |",
             "|---|---|---|---|---|---|"]
    for name, p in ledger.profiles.items():
        budget = BUDGETS.get(name)
        lines.append("| %s%s | %d | %s | %d | %d | %s |" % (
            name, " (not there yet: %s)" % ", ".join(p["missing"]) if p["missing"] else "", p["ram"], p["rom"], p["mpy"],
            len(p["modules"]), "%(ram)d, %(rom)d, %(mpy)d" % budget if budget else "none"))
    lines += groups
    lines += ["", "| module | RAM | .mpy | heap to import it from source (budget %d) |" % PEAK_BUDGET, "|---|---|---|---|"]
    lines += ["| %s | %d | %d | %d |" % (name, r["ram"], r["mpy"], r["peak"]) for name, r in sorted(ledger.rows.items())]
    return "\n".join(lines) + "\n"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--write", metavar="FILE", type=pathlib.Path, help="write the table to this file as well")
    write = options.parse_args().write
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(pathlib.Path(folder))
        text = table(ledger, by_group(ledger))
    print(text)
    if write:
        write.parent.mkdir(exist_ok=True)
        write.write_text(text)


if __name__ == "__main__":
    main()
