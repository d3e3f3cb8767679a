"""Private constants that several files write again, because a public one costs 25 to 80 bytes of RAM: they must agree."""

import ast

import pytest

from rules import source

# What the names of a family mean, and which files have them
FAMILIES = {
    "phases and outcomes of the engine": (
        {"_IDLE": 0, "_WAIT": 1, "_PROMPT": 2, "_DATA": 3, "_OK": 1, "_REFUSED": 2, "_BUSY": 3, "_TIMEOUT": 4, "_RESET": 5},
        "engine step resync replay at net/link net/traffic net/joining"),
    "states of a link": (
        {"_FREE": 0, "_OPENING": 1, "_OPEN": 2, "_SHUT": 3},
        "net/link net/links net/traffic net/survey net/reading net/sock net/udp net/server net/options net/clients "
        "net/tls_client"),
    "what a link has to do": (
        {"_OPEN_IT": 1, "_CLOSE_IT": 2, "_HOLD": 4}, "net/links net/traffic net/server"),
    "what the command under way does": ({"_SENDING": 1, "_CLOSING": 4, "_LOST": 300}, "net/traffic net/links"),
    "what a socket waits for": (
        {"_READ": 1, "_WRITE": 2, "_CONNECT": 3, "_DRAIN": 4}, "net/reading net/sock net/udp net/link net/tls_client"),
}


def constants(tree):
    """{name: number} of a file's const() at the top."""
    return {node.targets[0].id: node.value.args[0].value for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.value.func.id == "const"
            and isinstance(node.value.args[0], ast.Constant)}


@pytest.mark.parametrize("family", FAMILIES)
def test_they_agree(family):
    meaning, files = FAMILIES[family]
    seen = set()
    for name in files.split():
        own = constants(source.tree(source.LIB / "espat" / (name + ".py")))
        wrong = {k: v for k, v in own.items() if k in meaning and v != meaning[k]}
        assert not wrong, f"{name}: {wrong}, elsewhere {meaning}"
        assert own.keys() & meaning.keys(), f"{name} has none of {sorted(meaning)}: take it out of the list here"
        seen |= own.keys()
    assert seen >= meaning.keys()
