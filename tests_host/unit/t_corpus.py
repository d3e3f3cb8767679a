"""Every input that the fuzzer has kept, on every interpreter; see tests_host/fuzz."""

import os

import fuzzed

TIMEOUT = 200
FOLDER = __file__.replace("\\", "/").rpartition("/")[0] + "/../fuzz/corpus/"


def replay(name, least=50):
    """Feed a target its corpus."""
    files = sorted(os.listdir(FOLDER + name))
    assert len(files) > least, "the corpus of %s is gone" % name
    for file in files:
        with open(FOLDER + name + "/" + file, "rb") as f:
            data = f.read()
        try:
            fuzzed.TARGETS[name](data)
        except Exception:
            print("input", name, file)
            raise


def test_parser():
    replay("parser")


def test_runner():
    replay("runner")


def test_fields():
    replay("fields", 15)
