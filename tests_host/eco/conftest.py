"""What the tests of this folder share."""

import pytest

from eco.board import Board
from mp import services


@pytest.fixture
def board(tmp_path):
    with Board(tmp_path) as board:
        yield board


@pytest.fixture(scope="session")
def broker():
    """(name, port) of an MQTT broker for all tests."""
    with services.broker() as found:
        yield found
