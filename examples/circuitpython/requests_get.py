"""CircuitPython: fetch a page, with the same libraries that boards with built-in Wi-Fi use."""

import espat_board

espat_board.modem().install()

import adafruit_connection_manager
import adafruit_requests
import wifi

wifi.radio.connect(espat_board.setting("ssid"), espat_board.setting("password"))
print("joined", wifi.radio.ap_info.ssid, "as", wifi.radio.ipv4_address)

pool = adafruit_connection_manager.get_radio_socketpool(wifi.radio)
ssl_context = adafruit_connection_manager.get_radio_ssl_context(wifi.radio)
# for https: ssl_context.load_verify_locations(cadata=open("ca.pem").read()), the CA that signed the server's certificate
requests = adafruit_requests.Session(pool, ssl_context)
with requests.get(espat_board.setting("url", "http://example.com/")) as answer:
    print(answer.status_code, answer.text)
    print("ok: page fetched" if answer.status_code == 200 else "the server refused")
adafruit_connection_manager.connection_manager_close_all(pool)
