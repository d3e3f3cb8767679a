"""What the files in boards/ share: a program's settings lie in settings.py on the board's file system."""


def setting(name, default=None):
    """A value of settings.py, such as ssid = "..."; the default where it, or the file, is missing."""
    try:
        import settings
    except ImportError:
        return default
    return getattr(settings, name, default)
