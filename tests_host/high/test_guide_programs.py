"""The guide's worked examples without Bluetooth as programs through typed calls and classes, on three interpreters.

The same examples word by word: sim/test_guide.py and sim/test_guide_services.py.
"""

import pytest

from high.players import parameters, perform, settings

PROGRAMS = "t_guide_links", "t_guide_services"
SECTIONS = {
    "4.1": 1, "4.2": 12, "4.4": 4, "4.5": [2], "4.6": 1, "4.7": 3, "4.8": 7,
    "4.10": [2, 3, 8],  # the four between need Bluetooth
}  # fmt: skip


@pytest.mark.parametrize("name, interpreter, test", parameters(*PROGRAMS))
def test_guide(request, name, interpreter, test):
    perform(request, name, interpreter, test)


def test_every_example_has_its_program():
    wanted = set()
    for chapter, numbers in SECTIONS.items():
        for number in numbers if isinstance(numbers, list) else range(1, numbers + 1):
            wanted.add("test_%s_%d" % (chapter.replace(".", "_"), number))
    written = {test for name in PROGRAMS for test in settings(name)[0]}
    assert wanted <= written, sorted(wanted - written)
