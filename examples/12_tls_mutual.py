"""Both sides prove who they are: a TLS connection with a client certificate, as brokers in the cloud want it."""

import espat_board

espat_board.modem().install()

import network
import socket
import ssl

HOST = espat_board.setting("tls_host", "broker.example.com")
PORT = int(espat_board.setting("tls_port", "8883"))

wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while not wlan.isconnected():
    pass

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile=espat_board.setting("ca", "ca.pem"))
context.load_cert_chain(espat_board.setting("cert", "client.pem"), espat_board.setting("key", "client.key"))
s = socket.socket()
s.settimeout(20)
s.connect(socket.getaddrinfo(HOST, PORT)[0][-1])
try:
    s = context.wrap_socket(s, server_hostname=HOST)
except OSError as e:  # another name, another CA, expired, or our certificate is not welcome
    print("no connection:", e)
else:
    s.write(b"hello\n")
    answer = s.readline()
    print("the server says", answer)
    print("ok: both sides are verified" if answer else "the server has hung up")
s.close()
