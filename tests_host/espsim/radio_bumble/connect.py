"""Making LE connections and changing their parameters."""
from bumble import hci
from bumble.device import ConnectionParametersPreferences

from .errors import Refused, refusals

DEFAULTS = ConnectionParametersPreferences(
    connection_interval_min=30, connection_interval_max=50, max_latency=0, supervision_timeout=5000
)


async def connect(stack, target, random, seconds):
    """True when connected within `seconds`."""
    own = hci.OwnAddressType.RANDOM if random else hci.OwnAddressType.PUBLIC
    try:
        with refusals():
            await stack.device.connect_le(
                target,
                connection_parameters_preferences={hci.HCI_LE_1M_PHY: DEFAULTS},
                own_address_type=own,
                timeout=seconds * stack.link.pace,
            )
    except Refused:
        return False
    return True


async def update(connection, low, high, latency, timeout):
    """A central decides, a peripheral asks its central."""
    central = connection.role == hci.Role.CENTRAL
    with refusals():
        await connection.device.update_connection_parameters(
            connection, low * 1.25, high * 1.25, latency, timeout * 10.0, use_l2cap=not central
        )
