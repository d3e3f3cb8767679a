"""Two threads with urequests, as the package index has it."""

import json

from play import ask, case
from t_threads import both

import urequests

ONLY = ("mp64",)  # see t_threads.py; it is no library of CPython's
LIBRARY = "urequests"
VERSION = "0.9.1"
COPIES = ("micropython-urequests==0.9.1",)
SCENARIOS = {"test_urequests_in_both": "requests from two threads at once"}


@case
def test_urequests_in_both():
    sites = ["http://127.0.0.1:%d" % ask("web", "")[1] for _ in range(2)]

    def browse(site, n):
        for i in range(8):
            r = urequests.get("%s/big/%d" % (site, n + i))
            assert r.status_code == 200 and len(r.content) == n + i, (r.status_code, len(r.content))
            r = urequests.post(site + "/echo", json={"n": n, "i": i})
            assert json.loads(r.json()["body"]) == {"n": n, "i": i}, r.text

    both(browse, (sites[0], 3000), (sites[1], 700))
