"""digitalio, as far as a board's file needs it."""


class DigitalInOut:
    def __init__(self, pin):
        self.pin, self.value = pin, None

    def switch_to_output(self, value=False):
        self.value = value
