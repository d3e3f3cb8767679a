"""The coverage-guided fuzzer over one target: python -m fuzz.run TARGET RUNS [libFuzzer's options].

In place of RUNS: `seed` makes inputs of the transcripts' answers; `keep` adds to corpus/TARGET what covers something
new. New inputs go to build/fuzz/TARGET. An input that fails is left as build/fuzz/TARGET-crash-*, and the exit code is
not 0.
"""

import json
import pathlib
import sys

import atheris

HERE = pathlib.Path(__file__).parent
TOP = HERE.parents[1]
MOST = 400  # bytes of an input

with atheris.instrument_imports(include=["espat", "espsim"]):
    sys.path[:0] = [str(TOP / "lib"), str(TOP / "tests_host"), str(TOP / "tests_host/unit"), str(TOP / "tests_host/mp/inside"),
                    str(TOP / "tests_host/unit/shims/cpython")]
    import fuzzed
    from espsim import command

    from fuzz import module

    command.load()

TARGETS = {**fuzzed.TARGETS, "espsim": module.espsim}


def seeds(name):
    """(file name, input) from what real modules and their hosts have said."""
    for path in sorted((TOP / "tests_host/transcripts").glob("*.json")):
        for n, entry in enumerate(json.loads(path.read_text())["log"]):
            data = entry["data"].encode("latin-1")
            if name == "espsim" and entry["dir"] == "tx":
                yield f"{path.stem[:2]}-{n}", b"\0" + data[:MOST - 1]
            elif name != "espsim" and entry["dir"] == "rx":
                for at in range(0, len(data), MOST - 4):
                    head = {"parser": bytes((n % 9, 1, 6, 0)), "runner": bytes((n % 9,)), "fields": b""}[name]
                    yield f"{path.stem[:2]}-{n}-{at}", head + data[at:at + MOST - 4]


def main(name, runs, *options):
    kept, new = HERE / "corpus" / name, TOP / "build/fuzz" / name
    for folder in (kept, new):
        folder.mkdir(parents=True, exist_ok=True)
    if runs == "seed":
        for file, data in seeds(name):
            (new / file).write_bytes(data)
        return
    arguments = ["fuzz", f"-max_len={MOST}", "-timeout=20", f"-artifact_prefix={new}-", *options]
    if runs == "keep":
        arguments += ["-merge=1", str(kept), str(new)]
    else:
        arguments += [f"-runs={runs}", "-print_final_stats=1", "-verbosity=1", str(new), str(kept)]
        words = HERE / f"{name}.dict"
        if words.exists():
            arguments.append(f"-dict={words}")
    atheris.Setup(arguments, TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
