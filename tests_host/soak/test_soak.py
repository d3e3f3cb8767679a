"""The short form of `make soak`: two minutes and a half, with a listener, and the judge itself."""

import pytest
from mp import host

from soak import run

SECONDS, SEED = 150, 20261124


@pytest.mark.timeout(600)
def test_two_minutes_and_a_half():
    """No wrong byte, no growth, no link left; how fast it goes is the machine's affair."""
    reason = host.why_missing("mp32")
    if reason:
        pytest.skip(reason)
    seen = run.soak(SECONDS, SEED, pause=5.0)
    troubles = list(run.judge(seen))
    print(run.figures(seen) if seen["memory"] else "no figures")
    assert not troubles, "\n".join([*troubles, str(seen["faults"])])
    assert len(seen["faults"]) >= 20 and seen["memory"][-1][1] >= 30 and seen["served"]


def right(**changes):
    """What a good run looks like, but for the changes."""
    seen = {"code": 0, "lines": ["mem 1000 10 0\n", "late []\n", "links [0, 0, 0, 0, 0]\n", "done\n"], "faults": [], "wrong": 0,
            "memory": [(1000, 10, 0)] * 20, "growth": 0, "served": 1, "links": [], "failures": []}
    return {**seen, **changes}


@pytest.mark.parametrize("changes, word", [
    ({"code": 1}, "ended with 1"), ({"lines": ["mem 1 1 0\n"]}, "ended with 0"), ({"wrong": 1}, "wrong bytes"),
    ({"lines": ["WRONG bytes\n", "late []\n", "links [0, 0, 0, 0, 0]\n", "done\n"]}, "wrong bytes"),
    ({"growth": 2000}, "has grown by 2000"),
    ({"growth": None}, "has grown"), ({"links": [3]}, "links are left"), ({"failures": ["KeyError"]}, "module broke"),
    ({"lines": ["late ['espat.replay']\n", "links [0, 0, 0, 0, 0]\n", "done\n"]}, "on the way"),
    ({"lines": ["late []\n", "links [0, 0, 2, 0, 0]\n", "done\n"]}, "links are left"),
])  # fmt: skip
def test_the_judge_is_not_blind(changes, word):
    assert not list(run.judge(right()))
    (trouble,) = run.judge(right(**changes))
    assert word in trouble
