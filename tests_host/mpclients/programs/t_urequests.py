"""urequests as the package index has it, unchanged."""

import play
from play import ask, case

play.join()

import urequests

LIBRARY = "urequests"
VERSION = "0.9.1"
COPIES = ("micropython-urequests==0.9.1",)


def site():
    number, port = ask("web", "")
    return number, "http://127.0.0.1:%d" % port


@case
def test_get_and_headers():
    _, url = site()
    r = urequests.get(url + "/big/5000")
    assert r.status_code == 200 and len(r.content) == 5000, (r.status_code, len(r.content))
    assert r.headers["Content-Length"] == "5000", r.headers


@case
def test_post_json():
    _, url = site()
    r = urequests.post(url + "/echo", json={"a": [1, 2, 3]})
    assert r.status_code == 200, r.status_code
    answer = r.json()
    assert answer["method"] == "POST" and answer["body"] == '{"a": [1, 2, 3]}', answer


@case
def test_refused():
    try:
        urequests.get("http://127.0.0.1:%d/" % ask("unused"))
    except OSError as e:
        assert e.args[0] == play.ECONNREFUSED, e
        return
    raise AssertionError("it connected")


def test_redirect():
    """Not a case: it leaves the first connection to its end, as its own library does on every board."""
    _, url = site()
    port = ask("redirect", 302, url + "/big/10")
    assert len(urequests.get("http://127.0.0.1:%d/" % port).content) == 10
