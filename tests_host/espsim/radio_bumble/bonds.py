"""Bonded devices, kept in the module's flash in the order of their binding."""
from bumble.keys import KeyStore, PairingKeys

LE_MOST = 15  # further ones replace the oldest places, round and round


class BondStore(KeyStore):
    """Bumble's key store over the flash sections "ble_bonds" and "bt_bonds": {address with type: keys}."""

    def __init__(self, m):
        self.m = m

    def _section(self, keys):
        return "bt_bonds" if keys.link_key else "ble_bonds"

    async def update(self, name, keys):
        section = self.m.store.section(self._section(keys))
        if name not in section and keys.link_key is None and len(section) >= LE_MOST:
            self._replace_oldest(section, name, keys)
        else:
            section[name] = keys.to_dict()
        self.m.store.flush()

    def _replace_oldest(self, section, name, keys):
        """Put the new bond in the place of the one whose turn it is."""
        turn = self.m.store.get("next_bond", 0)
        entries = list(section.items())
        entries[turn] = (name, keys.to_dict())
        section.clear()
        section.update(entries)
        self.m.store.put("next_bond", (turn + 1) % LE_MOST)

    async def get(self, name):
        found = [self.m.store.get(name, section=section) for section in ("ble_bonds", "bt_bonds")]
        parts = [PairingKeys.from_dict(keys) for keys in found if keys]
        if len(parts) == 2:
            parts[0].link_key, parts[0].link_key_type = parts[1].link_key, parts[1].link_key_type
        return parts[0] if parts else None

    async def get_all(self):
        return [
            (name, PairingKeys.from_dict(keys))
            for section in ("ble_bonds", "bt_bonds")
            for name, keys in self.m.store.section(section).items()
        ]

    async def delete(self, name):
        for section in ("ble_bonds", "bt_bonds"):
            self.m.store.forget(name, section=section)


def bonded(m, section):
    """Addresses (with Bumble's type suffix) in the order the answers number them."""
    return list(m.store.section(section))
