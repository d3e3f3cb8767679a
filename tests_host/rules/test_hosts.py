"""No file names a package registry's host: what is fetched comes through the machine's own clients and settings."""

import re

from rules import source

# In pieces, so that this file names none either
HOSTS = [".".join(pieces) for pieces in (
    ("pypi", "org"), ("pythonhosted", "org"), ("debian", "org"), ("ubuntu", "com"), ("npmjs", "org"), ("npmjs", "com"),
    ("yarnpkg", "com"), ("proxy", "golang", "org"), ("crates", "io"), ("rubygems", "org"), ("nodesource", "com"),
    ("micropython", "org/pi"), ("conda", "io"), ("anaconda", "org"),
)]
PATTERN = re.compile("|".join(re.escape(host) for host in HOSTS), re.I)


def test_no_registry_host_in_any_file():
    found = []
    for path in source.tracked_files():
        text = path.read_bytes().decode("latin-1")
        found += [f"{source.name(path)}: {match.group()}" for match in PATTERN.finditer(text)]
    assert not found, found


def test_the_rule_bites():
    assert PATTERN.search("https://" + "deb." + HOSTS[2] + "/pool")
