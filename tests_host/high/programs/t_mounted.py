"""Files in the module's flash, mounted into MicroPython's own tree."""

import os
import sys
import vfs

import high
from espat.mount import Vfs
from high import modem

ONLY = ("mp64", "mp32")


def test_mounted():
    vfs.mount(Vfs(modem), "/module")
    with open("/module/greet.py", "w") as f:
        f.write("def hello():\n    return 'from the module'\n")
    assert os.listdir("/module") == ["greet.py"] and os.stat("/module/greet.py")[6] == 42
    with open("/module/greet.py") as f:
        assert f.readline() == "def hello():\n"
    sys.path.append("/module")
    import greet

    assert greet.hello() == "from the module"
    os.rename("/module/greet.py", "/module/other.py")
    os.remove("/module/other.py")
    assert os.listdir("/module") == []
    vfs.umount("/module")
    high.ready()
