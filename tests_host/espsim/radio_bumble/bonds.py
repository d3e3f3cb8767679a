"""Bonded devices, kept in the module's flash in the order of their binding; AT+RESTORE forgets them."""
from bumble.keys import KeyStore, PairingKeys

KINDS = ("ble", "bt")
LE_MOST = 15  # further ones replace the oldest places, round and round


def bonds(m, kind):
    """{address with type suffix: keys as a dict}, in the order the answers number them. `kind` "ble" or "bt"."""
    return dict(m.store.get(f"{kind}_bonds", {}))


def keep(m, kind, entries):
    m.store.put(f"{kind}_bonds", dict(entries))


def forget(m, kind, index=None):
    """One bond by its number, or all; False if there is no such number."""
    entries = list(bonds(m, kind).items())
    if index is not None and index >= len(entries):
        return False
    keep(m, kind, entries[:index] + entries[index + 1 :] if index is not None else {})
    return True


class BondStore(KeyStore):
    """Bumble's key store over the module's flash."""

    def __init__(self, m):
        self.m = m

    async def update(self, name, keys):
        kind = "bt" if keys.link_key else "ble"
        entries = bonds(self.m, kind)
        if name not in entries and kind == "ble" and len(entries) >= LE_MOST:
            entries = self._replace_oldest(list(entries.items()), name, keys)
        else:
            entries[name] = keys.to_dict()
        keep(self.m, kind, entries)

    def _replace_oldest(self, entries, name, keys):
        """The new bond takes the place of the one whose turn it is."""
        turn = self.m.store.get("next_bond", 0)
        entries[turn] = (name, keys.to_dict())
        self.m.store.put("next_bond", (turn + 1) % LE_MOST)
        return entries

    async def get(self, name):
        parts = [PairingKeys.from_dict(found[name]) for kind in KINDS if name in (found := bonds(self.m, kind))]
        if len(parts) == 2:
            parts[0].link_key, parts[0].link_key_type = parts[1].link_key, parts[1].link_key_type
        return parts[0] if parts else None

    async def get_all(self):
        return [(name, PairingKeys.from_dict(keys)) for kind in KINDS for name, keys in bonds(self.m, kind).items()]

    async def delete(self, name):
        for kind in KINDS:
            entries = bonds(self.m, kind)
            if entries.pop(name, None):
                keep(self.m, kind, entries)
