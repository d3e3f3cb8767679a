"""Every real transcript through the real parser and engine: whole, byte by byte, and cut at every offset."""

import os

import outcomes as eng
from replay import FINALS, Replay, load

TIMEOUT = 300

FOLDER = __file__.replace("\\", "/").rpartition("/")[0] + "/../transcripts/"

# Where the library means something else than the log's program did: what of `expect` is read otherwise, and why.
DIFFERENT = {
    "15-nonos-boot-aithinker-invalid-no-ready": (
        "this vendor's module says `invalid` where others say `ready`: for the library it has restarted",
        {"urcs": ["ready"]},
    ),
    "37-cwjap-15s-busy-polls-then-error4": (
        "the log's program polls with AT while AT+CWJAP runs; the library has one command under way at a time, so it"
        " sends none of them: their `busy p...` mean nothing, and the last one's OK belongs to no command",
        {
            "unsent": (b"AT\r\n",),
            "responses": [{"command": 'AT+CWJAP="xxx","xxxpassword"', "final": "ERROR", "lines": ["+CWJAP:4"]}],
            "stray": ["OK"],
        },
    ),
    "44-ble-server-setup-junk-runs": (
        "`noise` leaves out the second run of plus signs; what cannot be told from an answer line goes to the command's"
        " reader, which skips what it does not know",
        {"noise": ["+" * 40, "+" * 20, "e" * 20, "b" * 15, "T+BLEADVPARAM=32,64,0,0,7", "Y" * 17]},
    ),
}


def _cases():
    for name in sorted(os.listdir(FOLDER)):
        if name.endswith(".json"):
            yield load(FOLDER + name)


def _expected(case):
    expect = dict(case["expect"])
    if case["id"] in DIFFERENT:
        expect.update(DIFFERENT[case["id"]][1])
    return expect


def _final(response, want):
    """Whether the outcome is what the transcript calls the final result."""
    if want.get("reset"):
        return response["outcome"] == eng.RESET
    if want["final"] == "timeout":
        return response["outcome"] == (eng.BUSY if want.get("busy") else eng.TIMEOUT)
    return response["outcome"] == (eng.OK if want["final"] in ("OK", "SEND OK", "SET OK") else eng.REFUSED)


def _explains(line):
    # what the engine takes in itself, to retry or to say why
    return line.startswith("busy ") or line.startswith("ERR CODE:")


def _check_response(response, want, noise):
    assert response["command"] == want["command"]
    assert _final(response, want), (response, want)
    lines = [x for x in response["lines"] if x not in noise or x in want["lines"]]
    assert lines == [x for x in want["lines"] if not _explains(x)], (lines, want)
    assert response["prompt"] == want.get("prompt", False), (response, want)


def _check(case, got):
    expect = _expected(case)
    noise = [x.lstrip() for x in expect.get("noise", ())]
    assert len(got.responses) == len(expect["responses"]), got.responses
    for response, want in zip(got.responses, expect["responses"]):
        _check_response(response, want, noise)
    assert got.urcs == expect["urcs"], got.urcs
    blocks = [dict(x, link=x["link"] or 0) for x in expect["ipd"]]  # without AT+CIPMUX=1 it is link 0
    assert got.ipd == blocks, got.ipd
    assert [x for x in got.stray if x in FINALS] == expect.get("stray", []), got.stray


def _same(a, b):
    return (a.responses, a.urcs, a.ipd, a.stray) == (b.responses, b.urcs, b.ipd, b.stray)


def _replay(case, cut):
    return Replay(case, cut, _expected(case).get("unsent", ()))


def _whole(data):
    return [data]


def _bytes(data):
    return [data[i : i + 1] for i in range(len(data))]


def _all(cut):
    """Replay and check every case; all that fail are named. Returns how many there are."""
    n = 0
    bad = []
    for case in _cases():
        n += 1
        try:
            _check(case, _replay(case, cut))
        except Exception as e:
            print(case["id"], repr(e))
            bad.append(case["id"])
    assert not bad, bad
    return n


def test_whole():
    assert _all(_whole) == 62


def test_byte_by_byte():
    assert _all(_bytes) == 62


def test_cut_at_every_offset():
    """Replay k cuts every piece of rx behind its k-th byte, so that all offsets of all pieces had their turn."""
    cuts = 0
    for case in _cases():
        whole = _replay(case, _whole)
        longest = max([len(e["data"]) for e in case["log"] if e["dir"] == "rx"])
        for k in range(1, longest):
            got = _replay(case, lambda data: [data[:k], data[k:]] if k < len(data) else [data])  # noqa: B023
            assert _same(got, whole), "%s cut at %d" % (case["id"], k)
        cuts += sum([len(e["data"]) - 1 for e in case["log"] if e["dir"] == "rx"])
    assert cuts > 15000


def test_the_table_of_differences_is_needed():
    """A case stands in DIFFERENT only while it fails without."""
    for case in _cases():
        if case["id"] not in DIFFERENT:
            continue
        kept = DIFFERENT.pop(case["id"])
        try:
            _check(case, _replay(case, _whole))
        except Exception:
            continue
        finally:
            DIFFERENT[case["id"]] = kept
        raise AssertionError(case["id"] + " passes without its entry")
