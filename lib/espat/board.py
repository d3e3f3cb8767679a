"""What the files in boards/ share: a program's settings lie in settings.py on the board's file system."""


def setting(name, *default):
    """A value of settings.py, such as ssid = "..."; the default where it, or the file, is missing. Raises ValueError."""
    try:
        import settings
    except ImportError:
        settings = None
    if not default and not hasattr(settings, name):
        raise ValueError('settings.py on the board lacks a line: %s = "..."' % name)
    return getattr(settings, name, *default)
