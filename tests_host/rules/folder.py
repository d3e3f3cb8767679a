"""A board's file system as a folder here, for mpremote's installer."""


def tree(folder):
    """{path: content} of all files below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


class Board:
    """The file operations mpremote does on a board, done in a folder here."""

    def __init__(self, top):
        self.top = top

    def fs_exists(self, path):
        return (self.top / path.lstrip("/")).exists()

    def fs_mkdir(self, path):
        (self.top / path.lstrip("/")).mkdir()

    def fs_writefile(self, path, data, progress_callback=None):
        (self.top / path.lstrip("/")).write_bytes(data)
