"""Setting up a board by phone: its own network, a page whatever is asked for, then it joins the network named there."""

import select
import time

import espat_board

espat_board.modem().install()

import network
import socket

PAGE = b"""HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<form method="post"><p>Network <select name="ssid">%s</select>
<p>Password <input name="key" type="password"><p><input type="submit" value="Join"></form>"""


def plain(text):
    """A value of a form as it was typed."""
    parts = text.replace("+", " ").encode().split(b"%")
    return b"".join(parts[:1] + [bytes((int(part[:2], 16),)) + part[2:] for part in parts[1:]]).decode()


def serve(client):
    """Answer a browser; the [ssid, key] that it sends, or None."""
    client.settimeout(3)
    line = head = client.readline()
    size = 0
    while head.strip():
        head = client.readline().lower()
        if head.startswith(b"content-length:"):
            size = int(head[15:])
    if line.startswith(b"POST"):
        fields = [plain(field.split("=")[1]) for field in client.read(min(size, 500)).decode().split("&")]
        client.write(b"HTTP/1.0 200 OK\r\n\r\nThank you, the board joins now.\n")
        return fields
    client.write(PAGE % names)


wlan = network.WLAN(network.WLAN.IF_STA)
ap = network.WLAN(network.WLAN.IF_AP)
names = b"".join([b"<option>%s</option>" % found[0] for found in wlan.scan() if found[0] and b"<" not in found[0]])
ap.config(ssid=espat_board.setting("ap_ssid", "espat set-up"), security=network.WLAN.SEC_OPEN)
ip = ap.ifconfig()[0]
dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
dns.bind(("", int(espat_board.setting("dns_port", "53"))))
web = socket.socket()
web.bind(("", int(espat_board.setting("server_port", "80"))))
web.listen(4)
poll = select.poll()
poll.register(dns, select.POLLIN)
poll.register(web, select.POLLIN)
print("join", ap.config("ssid"), "and open any page, or", ip)
wish = None
while not wish:
    for ready, _ in poll.poll(1000):
        if ready is dns:  # whatever name it is: it is here, for a minute. So phones show the page by themselves
            query, sender = dns.recvfrom(512)
            question = query[12 : query.find(b"\0", 12) + 5]
            answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + bytes([int(part) for part in ip.split(".")])
            dns.sendto(query[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + question + answer, sender)
        else:
            client, _ = web.accept()
            try:
                wish = serve(client)
            except (OSError, ValueError, IndexError) as error:  # a browser that has gone, or says something else
                print("a client:", error)
            client.close()
dns.close()
web.close()
ap.active(False)
print("joining", wish[0])
wlan.connect(*wish[:2])
while wlan.status() == network.STAT_CONNECTING:
    time.sleep(0.05)
print("ok: joined" if wlan.isconnected() else "the network refuses: %d" % wlan.status())
