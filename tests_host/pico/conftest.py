"""Fixtures for tests on the emulated Pico. `make pico` builds what is missing; a plain test run takes only what is there."""

import os

import pytest
from pico import Pico, Unavailable, prepare


@pytest.fixture(scope="session")
def pico_parts():
    build = bool(os.environ.get("ESPAT_PICO"))
    try:
        return prepare(build=build)
    except Unavailable as e:
        if build and os.environ.get("CI"):
            pytest.fail("emulated Pico: %s" % e)
        pytest.skip("emulated Pico: %s" % e)


@pytest.fixture
def board(pico_parts):
    """board(uart=..., files=..., ...) -> a started Pico; switched off when the test ends."""
    boards = []

    def start(*arguments, **options):
        boards.append(Pico(pico_parts.firmware, *arguments, **options))
        return boards[-1].start()

    yield start
    for pico in boards:
        pico.close()
