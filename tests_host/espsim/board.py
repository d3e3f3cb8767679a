"""What is soldered around the module: voltages, pins, buses and the devices on them.

A Board belongs to the Module and survives its restarts. Tests put things on it:
    sim.module.board.millivolts[0] = 475
    sim.module.board.i2c[0][0x76] = Bme280()           # an I2C device by its address
    sim.module.board.spi[5] = W25q32()                 # a SPI device by the pin that selects it
    sim.module.board.set_pin(12, 0)                    # drive a pin from outside
"""


class Board:
    def __init__(self):
        self.millivolts = {}  # ADC1 channel -> mV
        self.i2c = ({}, {})  # per port: address -> device with write(bytes), read(count)
        self.spi = {}  # chip select pin (-1: always selected) -> device with transfer(sent, count)
        self.pins = {}  # GPIO -> level
        self.pwm = {}  # GPIO -> Channel of cmd_driver
        self.cable = None  # Ethernet: None no chip, False no cable
        self.serial = bytearray()  # what UART1 was used to send: wake-up bytes
        self.watchers = []

    def set_pin(self, pin, level):
        self.pins[pin] = level
        for watcher in list(self.watchers):
            watcher(pin, level)
