"""Drivers of real devices over the module's I2C and SPI, its ADC and PWM."""

import high
import play
from bme280 import BME280
from espat.pins import ADC, I2C, PWM
from espat.pins_spi import SPI
from high import ask, modem
from winbond import W25Q

TIMEOUT = 120


def test_sensor():
    ask("solder")
    bus = I2C(modem, 0, scl=25, sda=26, freq=400000)
    sensor = BME280(bus)
    for wanted in ((21.5, 1013.25, 45.0), (-12.25, 870.0, 99.0), (60.0, 1080.0, 5.0)):
        ask("weather", *wanted)
        found = sensor.measure()
        for a, b in zip(found, wanted):
            assert abs(a - b) < 0.3, (found, wanted)
    assert bus.scan() == [0x76]
    bus.deinit()
    high.refused(bus.readfrom, 0x76, 1)
    high.ready()


def test_flash():
    ask("solder")
    bus = SPI(modem, sck=18, mosi=23, miso=19, cs=5)
    flash = W25Q(bus, bus.cs)
    assert flash.size == 1 << 22
    flash.erase(0x1000)
    flash.program(high.body(600), 0x1000)
    buf = bytearray(600)
    flash.read(buf, 0x1000)
    assert buf == high.body(600)
    block = bytearray(high.body(512))
    flash.writeblocks(9, block)
    buf2 = bytearray(512)
    flash.readblocks(9, buf2)
    assert buf2 == block
    flash.readblocks(8, buf2)
    assert buf2 == high.body(600)[:512]
    bus.deinit()
    high.refused(bus.read, 1)


def test_voltage():
    ask("volts", 2, 612)
    adc = ADC(modem, 2, 1)
    assert abs(adc.read_uv() - 612000) < 1000 and abs(adc.read_u16() - 612 * 65535 // 1250) < 40
    high.refused(ADC(modem, 8).read)


def test_light():
    pwm = PWM(modem, 2, 4, freq=5000)
    pwm.duty_u16(32768)
    pwm.duty_u16(65535, 1)
    duties = ask("duties")
    assert duties["2"] * 2 == duties["4"], duties
    pwm.fade(0, 100, 1)
    play.until(lambda: ask("duties")["4"] == 0)
    pwm.freq(40000)
    assert ask("duties")["2"] > 0
    pwm.deinit()
    assert ask("duties") == {"2": 0, "4": 0}
    high.refused(PWM, modem, 45)
