"""The module's files as a file system of MicroPython: vfs.mount(Vfs(modem), "/module"), then open("/module/log.txt")."""

from micropython import const

from espat import at_fs, files

_FILE = const(0x8000)
_FOLDER = const(0x4000)
_EPERM = const(1)
_ENOENT = const(2)
_EROFS = const(30)


class Vfs:
    """What vfs.mount() takes. at: the modem. There is one folder, and no sizes in a listing: each would be a question."""

    def __init__(self, at):
        self.at = at
        self._readonly = False

    def mount(self, readonly, mkfs):
        """Called by vfs.mount()."""
        self._readonly = readonly
        at_fs.mount(self.at)

    def umount(self):
        """Called by vfs.umount(): the module's memory is free again."""
        files.unmount(self.at)

    def _name(self, path, changes=False):
        if changes and self._readonly:
            raise OSError(_EROFS, "mounted readonly")
        name = path.strip("/")
        if not name or "/" in name:
            raise OSError(_ENOENT, "there is one folder")
        return name

    def open(self, path, mode):
        """open()."""
        return files.open(self.at, self._name(path, mode[:1] != "r" or "+" in mode), mode)

    def ilistdir(self, path):
        """os.ilistdir(): (name, type, 0) each."""
        if path.strip("/"):
            raise OSError(_ENOENT, "there is one folder")
        return iter([(name, _FILE, 0) for name in files.listdir(self.at)])

    def stat(self, path):
        """os.stat()."""
        if not path.strip("/"):
            return (_FOLDER, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        return files.stat(self.at, self._name(path))

    def remove(self, path):
        """os.remove()."""
        files.remove(self.at, self._name(path, True))

    def rename(self, old, new):
        """os.rename()."""
        files.rename(self.at, self._name(old, True), self._name(new, True))

    def mkdir(self, path):
        """The module has one folder."""
        raise OSError(_EPERM, "there is one folder")

    rmdir = mkdir

    def chdir(self, path):
        """os.chdir(): into the root only."""
        if path.strip("/"):
            raise OSError(_ENOENT, "there is one folder")

    def getcwd(self):
        """os.getcwd()."""
        return "/"
