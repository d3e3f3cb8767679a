"""What mypy must find: each line that ends with a mark, for the reason in it, and no other."""

import espat
from espat import files, pins
from espat.net import http, mqtt, network, socket
from espat.spi import Spi

modem = espat.Modem(None, rxx=1460)  # call-arg
modem = espat.Modem(None, rx="many")  # arg-type
modem.firmware.upper()  # attr-defined
modem.instal()  # attr-defined
modem.run("+GMR")  # call-overload
modem.baud("fast")  # arg-type
modem.command(5)  # arg-type
number: int = modem.command("AT")  # assignment
network.WLAN().connected()  # attr-defined
network.WLAN().connect("ssid", "password", b"mac")  # call-arg
print(network.STAT_GOTIP)  # attr-defined
s = socket.socket(family=2)  # call-arg
s.send("text")  # arg-type
s.recv(100).encode()  # attr-defined
text: str = s.recv(5)  # assignment
mqtt.MQTTClient("id", "broker")  # call-arg
http.get(modem)  # call-arg
files.open(modem, "name", buffering="much")  # arg-type
pins.I2C(modem, sdl=1)  # call-arg
Spi(None, None)  # call-arg arg-type
espat.AtError(b"", what=3)  # arg-type
