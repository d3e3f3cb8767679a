"""CircuitPython's wifi, socketpool, ssl, ipaddress, mdns and _bleio over a modem; install() puts them in their places."""


def install(modem):
    """Make `import wifi` and the others mean this modem; adafruit_connection_manager, where it is, learns the radio."""
    import sys

    from espat.circuitpython import ipaddress, mdns, socketpool, ssl, wifi

    wifi.use(modem)
    for module in (ipaddress, mdns, socketpool, ssl, wifi):
        sys.modules[module.__name__.split(".")[-1]] = module
    if modem.has(b"+BLEINIT"):
        sys.modules["_bleio"] = _Bleio(modem)
    try:
        import adafruit_connection_manager as manager
    except ImportError:
        return
    _register(manager, wifi.radio, socketpool.SocketPool(wifi.radio), ssl.create_default_context())


class _Bleio:
    """Stands for _bleio until a program uses something of it: what nobody uses is never loaded."""

    def __init__(self, modem):
        self._modem = modem

    def __getattr__(self, name):
        if name[:2] == "__":
            raise AttributeError(name)
        from espat.ble import bleio

        bleio.install(self._modem)
        return getattr(bleio, name)


def _register(manager, radio, pool, context):
    # what its get_radio_socketpool() would enter for a radio that it knows; without it, it finds ours by their names
    try:
        key = manager._get_radio_hash_key(radio)
        manager._global_socketpools[key] = pool
        manager._global_ssl_contexts[key] = context
        manager._global_key_by_socketpool[pool] = key
    except AttributeError:
        pass
