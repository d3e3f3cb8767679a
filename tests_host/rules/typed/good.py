"""A program that mypy must accept: the public names as people use them."""

import espat
from espat import AtError, AtTimeout, files, pins
from espat.net import http, mqtt, network, socket, ssl, websocket
from espat.spi import Spi
from espat.uart import Uart
from machine import SPI, UART, Pin

modem = espat.Modem(UART(1, 115200, tx=Pin(8), rx=Pin(9), rxbuf=4096, timeout=0), rx=1460, active=True, reset=Pin(6))
other = espat.Modem(Spi(SPI(0, 1000000), Pin(17, Pin.OUT), Pin(20)), ticker=False)
third = espat.Modem(Uart(UART(0), rxbuf=4096))
version: tuple[int, ...] = modem.firmware
lines: list[bytes] = modem.command("AT+GMR", timeout=2000)
count: int = modem.run(b"+GMR", len)
known: bool = modem.has(b"+CIPRECVLEN")
modem.on(b"+MINE:", lambda buf, a, b: None)
modem.install()

wlan = modem.wlan()
wlan.connect("ssid", "password", bssid=b"\0" * 6)
online: bool = network.WLAN(network.STA_IF).isconnected()
names: list[str] = [row[0].decode() for row in wlan.scan() if row[3] > -80]

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.settimeout(0.5)
s.connect(socket.getaddrinfo("example.com", 80)[0][-1])
sent: int = s.send(memoryview(b"x"))
data: bytes = s.recv(100)
maybe: bytes | None = s.readline()
with modem.socket() as plain:
    client, address = plain.accept()
    client.sendto(b"", address)
ssl.wrap_socket(s, server_hostname="example.com")

client_ = mqtt.MQTTClient(modem, "id", "broker", ssl=True, alpn=("mqtt",))
client_.set_callback(lambda topic, msg: print(topic, msg))
client_.publish(b"topic", "text", qos=1)
http.get(modem, "http://example.com/", headers={"A": "b"})
with websocket.WebSocket(modem, "ws://example.com/") as ws:
    ws.send("text")
with files.open(modem, "name", "rb") as file:
    position: int = file.seek(0, 2)
bus = pins.I2C(modem, 0, scl=25, sda=26)
found: list[int] = bus.scan()
try:
    modem.baud(921600, flow=3)
except AtTimeout as error:
    text: str = error.meaning
except AtError as refused:
    code: int | None = refused.code
