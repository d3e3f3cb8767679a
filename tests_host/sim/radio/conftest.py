"""Fixtures of the tests of the simulated radio: its seconds are short, and modules are clients or servers."""
import pytest
from sim.ble_tools import BleHost, quick_air


@pytest.fixture
def air():
    return quick_air()


@pytest.fixture
def client(make):
    with BleHost(make(), role=1) as host:
        yield host


@pytest.fixture
def server(make):
    """Offers the services of the table."""
    with BleHost(make(), role=2, services=True) as host:
        yield host
