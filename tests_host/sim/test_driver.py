"""ADC, PWM, I2C and SPI of the module, with devices that behave like the real ones."""
import struct
import time

import pytest
from espsim.bme280 import Bme280
from espsim.w25q import W25q32
from sim.servers import until
from sim.talk import PROMPT


@pytest.fixture
def board(sim):
    return sim.module.board


def fail(host, line, code=0x010A0000):
    assert host.ask(line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code


def test_adc(logged, board):
    assert logged.ask("AT+DRVADC=0,0") == b"+DRVADC:0\r\nOK\r\n"
    board.millivolts.update({0: 475, 7: 3000})
    assert logged.ask("AT+DRVADC=0,0") == b"+DRVADC:2047\r\nOK\r\n"
    assert logged.ask("AT+DRVADC=0,3") == b"+DRVADC:793\r\nOK\r\n"
    assert logged.ask("AT+DRVADC=7,3") == b"+DRVADC:4095\r\nOK\r\n"
    fail(logged, "AT+DRVADC=8,0", 0x01070000)
    fail(logged, "AT+DRVADC=0,4", 0x01070001)


def test_pwm(logged, board):
    fail(logged, "AT+DRVPWMDUTY=1")
    logged.ok("AT+DRVPWMINIT=5000,13,17,16,18,19")
    logged.ok("AT+DRVPWMDUTY=255,512")
    logged.ok("AT+DRVPWMDUTY=,,8192")
    assert [board.pwm[pin].duty for pin in (17, 16, 18, 19)] == [255, 512, 8192, 0]
    assert board.pwm[17].frequency == 5000
    logged.ok("AT+DRVPWMFADE=,,0,1000")
    logged.ok("AT+DRVPWMFADE=1024,200")
    time.sleep(0.1)
    assert 255 < board.pwm[17].duty < 1024 and 0 < board.pwm[16].duty < 512
    until(lambda: board.pwm[17].duty == 1024)
    logged.ok("AT+DRVPWMINIT=10000,10,17")
    assert list(board.pwm) == [17]
    fail(logged, "AT+DRVPWMDUTY=1,2")
    fail(logged, "AT+DRVPWMDUTY=1025", 0x01070000)
    fail(logged, "AT+DRVPWMFADE=1024,10", 0x01070000)
    fail(logged, "AT+DRVPWMINIT=8000000,10,17")  # 10 bits are too fine for 8 MHz
    fail(logged, "AT+DRVPWMINIT=5000,21,17", 0x01070001)
    fail(logged, "AT+DRVPWMINIT=5000,13", 0x01060302)
    fail(logged, "AT+DRVPWMINIT=5000,13,1,2,3,4,5", 0x01060607)


# I2C


def i2c_read(host, count, address=0x76):
    answer = host.ask(f"AT+DRVI2CRD=0,{address},{count}")
    assert answer.startswith(b"+DRVI2CRD:") and answer.endswith(b"\r\nOK\r\n")
    return bytes.fromhex(answer[10:-6].decode())


def registers(host, first, count):
    host.ok(f"AT+DRVI2CWRBYTES=0,0x76,1,{first:#x}")
    return i2c_read(host, count)


def test_i2c_needs_its_driver_and_a_device(logged, board):
    board.i2c[0][0x76] = Bme280()
    fail(logged, "AT+DRVI2CRD=0,0x76,1")
    fail(logged, "AT+DRVI2CINIT=0")
    logged.ok("AT+DRVI2CINIT=0,25,26,400000")
    assert i2c_read(logged, 1) == b"\0"
    fail(logged, "AT+DRVI2CRD=0,0x77,1")
    fail(logged, "AT+DRVI2CRD=1,0x76,1")
    fail(logged, "AT+DRVI2CWRBYTES=0,0x77,1,0")
    logged.ok("AT+DRVI2CINIT=0")
    fail(logged, "AT+DRVI2CRD=0,0x76,1")
    fail(logged, "AT+DRVI2CINIT=2,25,26,1000", 0x01070000)
    fail(logged, "AT+DRVI2CINIT=0,25,26,1000001", 0x01070003)
    fail(logged, "AT+DRVI2CINIT=0,25", 0x01060302)


def test_ten_bit_addresses_and_long_writes(logged, board):
    class Memory:
        data = b""

        def write(self, data):
            self.data = data

        def read(self, count):
            return self.data[:count].ljust(count, b"\xff")

    board.i2c[1][0x7AFF] = memory = Memory()
    logged.ok("AT+DRVI2CINIT=1,25,26,1000")
    logged.write(b"AT+DRVI2CWRDATA=1,0x7AFF,300\r\n")
    assert logged.read(b">") == PROMPT
    logged.write(bytes(range(256)) + b"\r\nOK\r\n" * 8)
    assert logged.read(b"OK\r\n") == b"\r\nOK\r\n"
    assert memory.data == (bytes(range(256)) + b"\r\nOK\r\n" * 8)[:300]
    assert logged.read(b"ERROR\r\n", 1).startswith(b"ERR CODE:0x0103")  # the surplus was a bad command
    assert i2c_read_from(logged, 1, 0x7AFF, 4) == b"\x00\x01\x02\x03"
    logged.ok("AT+DRVI2CWRBYTES=1,0x7AFF,2,0x1234")
    assert memory.data == b"\x12\x34"
    logged.ok("AT+DRVI2CWRBYTES=1,0x7AFF,4,0xFF")
    assert memory.data == b"\0\0\0\xff"
    fail(logged, "AT+DRVI2CWRBYTES=1,0x7AFF,1,0x1234", 0x01070003)
    fail(logged, "AT+DRVI2CWRBYTES=1,0x7AFF,5,0", 0x01070002)
    fail(logged, "AT+DRVI2CRD=1,0x7AFF,2049", 0x01070002)
    fail(logged, "AT+DRVI2CWRDATA=1,0x7AFF,0", 0x01070002)


def i2c_read_from(host, port, address, count):
    answer = host.ask(f"AT+DRVI2CRD={port},{address},{count}")
    return bytes.fromhex(answer[10:-6].decode())


def compensated(calibration, humid, data):
    """The data sheet's integer arithmetic, as a driver has it."""
    t1, t2, t3, p1, p2, p3, p4, p5, p6, p7, p8, p9 = struct.unpack("<HhhHhhhhhhhh", calibration[:24])
    h1, (h2, h3) = calibration[25], struct.unpack("<hB", humid[:3])
    h4, h5 = humid[3] << 4 | humid[4] & 15, humid[5] << 4 | humid[4] >> 4
    h6 = struct.unpack("b", humid[6:7])[0]
    raw_p, raw_t = (int.from_bytes(data[at : at + 3], "big") >> 4 for at in (0, 3))
    raw_h = int.from_bytes(data[6:8], "big")
    var1 = (((raw_t >> 3) - (t1 << 1)) * t2) >> 11
    var2 = (((((raw_t >> 4) - t1) * ((raw_t >> 4) - t1)) >> 12) * t3) >> 14
    fine = var1 + var2
    celsius = ((fine * 5 + 128) >> 8) / 100
    var1 = fine - 128000
    var2 = var1 * var1 * p6 + ((var1 * p5) << 17) + (p4 << 35)
    var1 = ((var1 * var1 * p3) >> 8) + ((var1 * p2) << 12)
    var1 = (((1 << 47) + var1) * p1) >> 33
    p = ((((1048576 - raw_p) << 31) - var2) * 3125) // var1
    pascal = (((p + ((p9 * (p >> 13) * (p >> 13)) >> 25) + ((p8 * p) >> 19)) >> 8) + (p7 << 4)) / 256
    v = fine - 76800
    v = (((raw_h << 14) - (h4 << 20) - h5 * v + 16384) >> 15) * (
        ((((((v * h6) >> 10) * (((v * h3) >> 11) + 32768)) >> 10) + 2097152) * h2 + 8192) >> 14
    )
    v -= ((((v >> 15) * (v >> 15)) >> 7) * h1) >> 4
    return celsius, pascal, (min(max(v, 0), 419430400) >> 12) / 1024


CLIMATES = [(21.5, 101325.0, 45.0), (-10.25, 95000.0, 90.0), (60.0, 108000.0, 5.0)]


@pytest.mark.parametrize(("celsius", "pascal", "percent"), CLIMATES)
def test_bme280(logged, board, celsius, pascal, percent):
    board.i2c[0][0x76] = Bme280(celsius, pascal, percent)
    logged.ok("AT+DRVI2CINIT=0,25,26,400000")
    assert registers(logged, 0xD0, 1) == b"\x60"
    assert registers(logged, 0xF7, 8) == b"\x80\0\0\x80\0\0\x80\0"  # nothing measured yet
    logged.ok("AT+DRVI2CWRBYTES=0,0x76,2,0xF201")
    logged.ok("AT+DRVI2CWRBYTES=0,0x76,2,0xF425")  # forced
    got = compensated(registers(logged, 0x88, 26), registers(logged, 0xE1, 7), registers(logged, 0xF7, 8))
    assert got[0] == pytest.approx(celsius, abs=0.02)
    assert got[1] == pytest.approx(pascal, abs=10)
    assert got[2] == pytest.approx(percent, abs=0.1)
    assert registers(logged, 0xF4, 1) == b"\x24"  # asleep again
    board.i2c[0][0x76].celsius = 30.0
    assert registers(logged, 0xFA, 3) == registers(logged, 0xFA, 3)
    logged.ok("AT+DRVI2CWRBYTES=0,0x76,2,0xF427")  # normal: measures all the time
    got = compensated(registers(logged, 0x88, 26), registers(logged, 0xE1, 7), registers(logged, 0xF7, 8))
    assert got[0] == pytest.approx(30.0, abs=0.02)
    logged.ok("AT+DRVI2CWRBYTES=0,0x76,2,0xE0B6")
    assert registers(logged, 0xF4, 1) == b"\0"


# SPI


@pytest.fixture
def flash(logged, board):
    board.spi[5] = W25q32(speed=10)
    logged.ok("AT+DRVSPICONFGPIO=23,19,18,5")
    logged.ok("AT+DRVSPIINIT=10000000,0,0,0,1")
    return board.spi[5]


def spi_read(host, line):
    answer = host.ask("AT+DRVSPIRD=" + line)
    assert answer.startswith(b"+DRVSPIRD:") and answer.endswith(b"\r\n\r\nOK\r\n")
    return bytes.fromhex(answer[10:-8].decode())


def spi_write(host, line, data):
    host.write(f"AT+DRVSPIWR={line}\r\n".encode())
    assert host.read(b">") == PROMPT
    host.write(data)
    assert host.read(b"OK\r\n") == b"\r\nOK\r\n"


def wait(host):
    until(lambda: not spi_read(host, "1,0x05,1")[0] & 1)


def test_w25q32(logged, flash):
    assert spi_read(logged, "3,0x9F,1") == b"\xef\x40\x16"
    assert spi_read(logged, "4,0x03,1,0x001000,3") == b"\xff" * 4
    data = bytes(range(256))
    spi_write(logged, "256,0x02,1,0x1000,3", data)
    assert flash.memory[0x1000:0x1100] == b"\xff" * 256  # not without write enable
    logged.ok("AT+DRVSPIWR=0,0x06,1")
    assert spi_read(logged, "1,0x05,1") == b"\x02"
    spi_write(logged, "256,0x02,1,0x1000,3", data)
    wait(logged)
    assert spi_read(logged, "1,0x05,1") == b"\0"
    assert spi_read(logged, "256,0x03,1,0x1000,3") == data
    assert spi_read(logged, "4,0x0B,1,0x00100100,4") == data[1:5]


def test_w25q32_page_wrap_and_erase(logged, flash):
    logged.ok("AT+DRVSPIWR=0,0x06,1")
    spi_write(logged, "4,0x02,1,0x20FE,3", b"abcd")
    wait(logged)
    assert bytes(flash.memory[0x20FE:0x2102]) == b"ab\xff\xff" and bytes(flash.memory[0x2000:0x2002]) == b"cd"
    logged.ok("AT+DRVSPIWR=0,0x06,1")
    logged.ok("AT+DRVSPIWR=0,0x20,1,0x2000,3")
    assert spi_read(logged, "1,0x05,1")[0] & 1  # busy
    assert spi_read(logged, "2,0x03,1,0x20FE,3") == b"\xff\xff"
    wait(logged)
    assert bytes(flash.memory[0x2000:0x3000]) == b"\xff" * 4096


def test_spi_limits(logged, board):
    fail(logged, "AT+DRVSPIRD=1")
    fail(logged, "AT+DRVSPIINIT=1000000,0,0,0,0")  # pins first
    logged.ok("AT+DRVSPICONFGPIO=23,-1,18,-1")
    logged.ok("AT+DRVSPIINIT=1000000,0,0,0,0")
    assert spi_read(logged, "2") == b"\xff\xff"  # nobody there
    fail(logged, "AT+DRVSPIRD=65", 0x01040000)
    fail(logged, "AT+DRVSPIRD=4093", 0x01070000)
    fail(logged, "AT+DRVSPIRD=1,0x100,1", 0x01070002)
    fail(logged, "AT+DRVSPIRD=1,1,3", 0x01070002)
    fail(logged, "AT+DRVSPIRD=1,1,1,1,5", 0x01070004)
    fail(logged, "AT+DRVSPIINIT=40000001,0,0,0,0", 0x01070000)
    fail(logged, "AT+DRVSPIINIT=1000,4,0,0,0", 0x01070001)
    logged.ok("AT+DRVSPIINIT=0")
    fail(logged, "AT+DRVSPIINIT=0")
    fail(logged, "AT+DRVSPIWR=1")


def test_bit_order(logged, board):
    class Loop:
        def transfer(self, sent, count):
            self.sent = sent
            return b"\x01" * count

    board.spi[-1] = loop = Loop()
    logged.ok("AT+DRVSPICONFGPIO=23,19,18,-1")
    logged.ok("AT+DRVSPIINIT=102400,0,8,0,0,3")
    assert spi_read(logged, "2") == b"\x80\x80"
    assert loop.sent == b"\0"  # the usual 8 bits of command phase
    spi_write(logged, "1,0x01,1", b"\x0f")
    assert loop.sent == b"\x80\xf0"


def test_a_restart_forgets_the_drivers_but_not_the_devices(logged, sim, flash):
    logged.ok("AT+DRVPWMINIT=5000,13,17")
    logged.ok("AT+RST")
    logged.read(b"ready\r\n")
    assert sim.module.board.pwm == {} and sim.module.board.spi[5] is flash
    assert logged.ask("AT+DRVSPIRD=1").endswith(b"ERROR\r\n")
