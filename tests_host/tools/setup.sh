#!/bin/sh
# Makes .venv with the development dependencies of pyproject.toml: `sh tests_host/tools/setup.sh [PYTHON]`.
# Only the part that must run before there is a Python is here; the rest is make_venv.py.
set -eu
cd "$(dirname "$0")/../.."
python=${1:-python3}

if ! command -v "$python" >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "setup: there is no $python; installing Debian's python3"
        apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends python3
        python=python3
    else
        echo "setup: there is no $python here; install Python 3.10 or newer (Debian, Ubuntu: sudo apt install python3-venv; Mac: brew install python3)." >&2
        exit 1
    fi
fi
exec "$python" tests_host/tools/make_venv.py
