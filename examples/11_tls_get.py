"""Fetch a page over TLS; the module verifies the server by a CA that the program brings along."""

import espat_board

espat_board.modem().install()

import network
import socket
import ssl

HOST = espat_board.setting("tls_host", "example.com")
PORT = int(espat_board.setting("tls_port", "443"))
CA = espat_board.setting("ca", "ca.pem")  # path of the certificate (PEM or DER) that has signed the server's

wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while not wlan.isconnected():
    pass

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile=CA)  # goes into the module's own store, once
s = socket.socket()
s.settimeout(20)
s.connect(socket.getaddrinfo(HOST, PORT)[0][-1])
s = context.wrap_socket(s, server_hostname=HOST)
s.write(b"GET / HTTP/1.0\r\nHost: %s\r\n\r\n" % HOST.encode())
status = s.readline()
size = 0
while True:
    data = s.read(512)
    if not data:
        break
    size += len(data)
s.close()
print(status.decode().strip(), size, "bytes")
print("ok: verified page fetched" if b" 200 " in status else "the server refused")
