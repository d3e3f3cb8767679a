"""The coverage-guided fuzzer over one target: python -m fuzz.run TARGET RUNS [libFuzzer's options].

In place of RUNS: `seed` makes inputs of the transcripts' answers; `keep` adds to corpus/TARGET what covers something
new. New inputs go to build/fuzz/TARGET. An input that fails is left as build/fuzz/TARGET-crash-*, and the exit code is
not 0.
"""

import hashlib
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
    """(file name, input) from what real modules and their hosts have said, and payloads in pieces."""
    for n, command in enumerate(module.DATA if name == "espsim" else ()):
        for state in range(8):
            cut = len(command) // 2
            yield f"data-{n}-{state}", bytes([state]) + command + b"\r\n" + module.PAUSE + b"abc" + module.PAUSE + b"defgh"
            yield f"half-{n}-{state}", bytes([state]) + command[:cut] + module.PAUSE + command[cut:]
    for path in sorted((TOP / "tests_host/transcripts").glob("*.json")):
        for n, entry in enumerate(json.loads(path.read_text())["log"]):
            data = entry["data"].encode("latin-1")
            if name == "espsim" and entry["dir"] == "tx":
                yield f"{path.stem[:2]}-{n}", b"\0" + data[:MOST - 1]
                yield f"{path.stem[:2]}-{n}-on", bytes([module.ONLINE]) + data[:MOST - 1]
            elif name != "espsim" and entry["dir"] == "rx":
                for at in range(0, len(data), MOST - 4):
                    head = {"parser": bytes((n % 9, 1, 6, 0)), "runner": bytes((n % 9,)), "fields": b""}[name]
                    yield f"{path.stem[:2]}-{n}-{at}", head + data[at:at + MOST - 4]


def keep(name, kept, new):
    """Move to the corpus what reaches lines that nothing before has reached, the shortest first; what reaches none any more
    leaves it."""
    target, reached, now, last = TARGETS[name], set(), set(), {}

    def trace(frame, event, argument):
        path = frame.f_code.co_filename
        if "/espat/" not in path and "/espsim/" not in path:
            return None
        before = last.get(frame)
        last[frame] = frame.f_lineno
        caller = frame.f_back.f_lineno if event == "call" and frame.f_back else 0
        for times in (1, 2, 4, 8):  # how often, roughly, as the fuzzer itself counts
            step = path, before, frame.f_lineno, caller, times
            if step not in now:
                now.add(step)
                break
        return trace

    files = [*kept.iterdir(), *new.iterdir()]
    for file in sorted(files, key=lambda file: (file.parent != kept, file.stat().st_size)):
        data = file.read_bytes()
        now.clear()
        last.clear()
        sys.settrace(trace)
        try:
            target(data)
        finally:
            sys.settrace(None)
        if not now <= reached:
            reached |= now
            (kept / hashlib.sha1(data).hexdigest()[:12]).write_bytes(data)
        elif file.parent == kept:
            file.unlink()


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
        keep(name, kept, new)
        return
    else:
        arguments += [f"-runs={runs}", "-print_final_stats=1", "-verbosity=1", str(new), str(kept)]
        words = HERE / f"{name}.dict"
        if words.exists():
            arguments.append(f"-dict={words}")
    atheris.Setup(arguments, TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
