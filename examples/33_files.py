"""Files in the module's flash (firmware with AT+FS): through espat.files, and as a part of MicroPython's own tree."""

import espat_board
from espat import files

modem = espat_board.modem()
with files.open(modem, "log.txt", "a") as f:
    for n in range(20):
        f.write("measurement %d\n" % n)
print(files.listdir(modem), files.size(modem, "log.txt"), "bytes")
with files.open(modem, "log.txt") as f:
    lines = list(f)
print("the last line says", lines[-1].strip())

try:
    import os
    import vfs
except ImportError:
    print("vfs.mount() is MicroPython's")
else:
    from espat.mount import Vfs

    vfs.mount(Vfs(modem), "/module")
    with open("/module/note.txt", "w") as f:
        f.write("kept by the module")
    print(os.listdir("/module"))
    os.remove("/module/note.txt")
    vfs.umount("/module")
files.remove(modem, "log.txt")
files.unmount(modem)  # the file system takes much of the module's memory
print("ok: written and read" if len(lines) % 20 == 0 else "lines are missing")
