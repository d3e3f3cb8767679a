"""Makes .venv at the top of the repository and installs pyproject.toml's development dependencies into it.

Works where Debian and Ubuntu split ensurepip off into a package that is not installed: then pip comes, as a file and
without root, from the distribution's own package. Standard library only; a Python that is too old hands over to a newer
one on the PATH.
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
VENV = os.path.join(TOP, ".venv")
OLDEST = (3, 10)
PYTHON = os.path.join(VENV, "bin", "python")
# In the new Python: tomllib is there from 3.11 on, and pip brings tomli to the older ones
_READ_DEPENDENCIES = """
try:
    import tomllib
except ImportError:
    from pip._vendor import tomli as tomllib
with open("pyproject.toml", "rb") as f:
    print("\\n".join(tomllib.load(f)["project"]["optional-dependencies"]["dev"]))
"""

sys.path.insert(0, HERE)

from debian import Archive, Release, Unavailable


def main():
    if sys.version_info < OLDEST:
        newer = _newer_python()
        if newer:
            os.execv(newer, [newer, os.path.abspath(__file__)])
        found = OLDEST + sys.version_info[:2]
        return _fail("Python %d.%d or newer is needed, this is %d.%d (Mac: brew install python3)" % found)
    try:
        _make_venv()
        _install_dependencies()
    except Unavailable as e:
        return _fail(str(e))
    with open(os.path.join(VENV, "ready"), "w") as f:
        f.write("made by tests_host/tools/make_venv.py\n")
    _say("ready: .venv (Python %d.%d)" % sys.version_info[:2])
    return 0


def _newer_python():
    """Path of the newest Python on the PATH that is new enough and runs, or None."""
    paths = [shutil.which("python3.%d" % minor) for minor in range(20, OLDEST[1] - 1, -1)]
    return next((path for path in paths if path and _call([path, "-c", ""])), None)


def _make_venv():
    if _works("import pip"):
        return
    _say("making .venv")
    if _call([sys.executable, "-m", "venv", "--clear", VENV]) and _works("import pip"):
        return
    if not _call([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV]):
        raise Unavailable("this Python cannot make a virtual environment; on Debian and Ubuntu: sudo apt install python3-venv")
    _say("this Python has no ensurepip; taking pip from the distribution's package")
    with tempfile.TemporaryDirectory() as folder:
        try:
            wheel = _pip_wheel(folder)
        except Unavailable as e:
            raise Unavailable("%s; check the network, or install python3-venv (sudo apt install python3-venv)" % e) from None
        if not _call([PYTHON, os.path.join(wheel, "pip"), "install", "-q", "--no-index", wheel]):
            raise Unavailable("pip could not be put into .venv; on Debian and Ubuntu: sudo apt install python3-venv")


def _pip_wheel(folder):
    """Path of a pip wheel: the distribution's installed one, or the one in its package, unpacked into `folder`."""
    installed = glob.glob("/usr/share/python-wheels/pip-*.whl")
    if installed:
        return installed[0]
    archive = Archive.of_this_machine()
    machine = subprocess.check_output(["dpkg", "--print-architecture"], universal_newlines=True).strip()
    with Release(archive, archive.codename, machine, folder) as release:
        release.unpack("python3-pip-whl", os.path.join(folder, "root"))
    return glob.glob(os.path.join(folder, "root/usr/share/python-wheels/pip-*.whl"))[0]


def _install_dependencies():
    wanted = subprocess.check_output([PYTHON, "-c", _READ_DEPENDENCIES], cwd=TOP, universal_newlines=True).splitlines()
    _say("installing %d packages and what they need" % len(wanted))
    if not _call([PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *wanted], quiet=False):
        raise Unavailable("pip could not install the development dependencies (its own words are above); check the network "
                          "and run `make setup` again")


def _works(statement):
    return os.path.exists(PYTHON) and _call([PYTHON, "-c", statement])


def _call(command, quiet=True):
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=TOP).returncode == 0


def _say(text):
    print("setup: " + text, flush=True)


def _fail(text):
    if os.path.isdir(VENV) and not os.path.exists(os.path.join(VENV, "ready")):
        shutil.rmtree(VENV, ignore_errors=True)  # nothing half-installed
    print("setup: %s." % text, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
