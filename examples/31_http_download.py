"""A download that the board never holds: piece by piece into a file or through a checksum, with progress."""

import hashlib

import espat_board

modem = espat_board.modem()
modem.install()

import network
from espat.errors import AtRefused
from espat.net import http

wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while not wlan.isconnected():
    pass

url = espat_board.setting("url", "http://example.com/")
total = http.size(modem, url)
digest = hashlib.sha256()
tenth = [0]


def progress(n):
    if total > 0 and n * 10 // total > tenth[0]:
        tenth[0] = n * 10 // total
        print("%d of %d bytes" % (n, total))


n = http.get(modem, url, into=digest.update, progress=progress)
print(n, "bytes, SHA-256", "".join(["%02x" % x for x in digest.digest()]))
try:
    http.get(modem, url + "nothing-here")
    print("and even what is not there was found")
except AtRefused as error:
    print("what is not there:", error.meaning)
print("ok: downloaded" if n == total or total < 0 else "bytes are missing")
