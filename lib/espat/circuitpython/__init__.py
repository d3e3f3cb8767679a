"""CircuitPython's wifi, socketpool, ssl, ipaddress and mdns over a modem; install() puts them in their places."""


def install(modem):
    """Make `import wifi` and the others mean this modem; adafruit_connection_manager, where it is, learns the radio."""
    import sys

    from espat.circuitpython import ipaddress, mdns, socketpool, ssl, wifi

    wifi.use(modem)
    for module in (ipaddress, mdns, socketpool, ssl, wifi):
        sys.modules[module.__name__.split(".")[-1]] = module
    try:
        import adafruit_connection_manager as manager
    except ImportError:
        return
    _register(manager, wifi.radio, socketpool.SocketPool(wifi.radio), ssl.create_default_context())


def _register(manager, radio, pool, context):
    # what its get_radio_socketpool() would enter for a radio that it knows; without it, it finds ours by their names
    try:
        key = manager._get_radio_hash_key(radio)
        manager._global_socketpools[key] = pool
        manager._global_ssl_contexts[key] = context
        manager._global_key_by_socketpool[pool] = key
    except AttributeError:
        pass
