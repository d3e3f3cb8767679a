"""Every range that the guide gives for a parameter, outside Bluetooth: both ends are sent, what lies beyond is a ValueError.

Rows of (command, parameter as the guide names it, lowest, highest, call). Where espat takes more than the guide of ESP32 says,
for other chips and newer firmware, WIDER in tests_host/test_at_ranges.py says why; that test finds ranges without a row.
"""

from calls import _Recorder
from checks import raises
from espat import at_basic, at_driver, at_filter, at_mfg, at_ota, at_sleep, at_system
from espat.net import (
    at_eth, at_http, at_ip, at_join, at_links, at_manual, at_mqtt, at_passthrough, at_prov, at_scan, at_server, at_sntp,
    at_softap, at_station, at_tcp, at_tls, at_webserver, at_wifi, at_ws,
)  # fmt: skip

MAC = "aa:bb:cc:dd:ee:ff"
HOST = "10.0.0.2"
LONGEST = 0x7FFFFFFF

NUMBERS = (
    ("+GSLP", "time", 0, LONGEST, lambda at, v: at_sleep.deep(at, v)),
    ("+SAVETRANSLINK", "keep_alive", 0, 7200, lambda at, v: at_passthrough.at_power_up(at, HOST, 80, "SSL", v)),
    ("+SAVETRANSLINK", "remote port", 1, 65535, lambda at, v: at_passthrough.at_power_up(at, HOST, v)),
    ("+SAVETRANSLINK", "local port", 1, 65535, lambda at, v: at_passthrough.at_power_up_udp(at, HOST, 80, v)),
    ("+SAVETRANSLINK", "role", 1, 2, lambda at, v: at_passthrough.at_power_up_ble(at, v, 1, 1, 1, 1, MAC)),
    ("+TRANSINTVL", "interval", 0, 1000, lambda at, v: at_passthrough.set_interval(at, v)),
    ("+UART_CUR", "baudrate", 80, 5000000, lambda at, v: at_basic.line(at, v)),
    ("+UART_CUR", "databits", 5, 8, lambda at, v: at_basic.line(at, 9600, 0, v)),
    ("+UART_CUR", "stopbits", 1, 3, lambda at, v: at_basic.line(at, 9600, 0, 8, v)),
    ("+UART_CUR", "parity", 0, 2, lambda at, v: at_basic.line(at, 9600, 0, 8, 1, v)),
    ("+UART_CUR", "flow control", 0, 3, lambda at, v: at_basic.line(at, 9600, v)),
    ("+UART_DEF", "baudrate", 80, 5000000, lambda at, v: at_basic.line(at, v, save=True)),
    ("+UART_DEF", "databits", 5, 8, lambda at, v: at_basic.line(at, 9600, 0, v, save=True)),
    ("+UART_DEF", "stopbits", 1, 3, lambda at, v: at_basic.line(at, 9600, 0, 8, v, save=True)),
    ("+UART_DEF", "parity", 0, 2, lambda at, v: at_basic.line(at, 9600, 0, 8, 1, v, save=True)),
    ("+UART_DEF", "flow control", 0, 3, lambda at, v: at_basic.line(at, 9600, v, save=True)),
    ("+SLEEP", "sleep mode", 0, 3, lambda at, v: at_sleep.set_mode(at, v)),
    ("+SYSMSG", "state", 0, 7, lambda at, v: at_basic.messages(at, v)),
    ("+SYSMSGFILTER", "enable", 0, 1, lambda at, v: at_filter.enable(at, v)),
    ("+SYSMFG", "type", 1, 6, lambda at, v: at_mfg.put_number(at, "n", "k", 1, v)),
    ("+SYSMFG", "type of bytes", 7, 8, lambda at, v: at_mfg.put(at, "n", "k", b"x", v)),
    ("+SYSMFG", "value of u8", 0, 255, lambda at, v: at_mfg.put_number(at, "n", "k", v, 1)),
    ("+SYSMFG", "value of i8", -128, 127, lambda at, v: at_mfg.put_number(at, "n", "k", v, 2)),
    ("+SYSMFG", "value of u16", 0, 65535, lambda at, v: at_mfg.put_number(at, "n", "k", v, 3)),
    ("+SYSMFG", "value of i16", -32768, 32767, lambda at, v: at_mfg.put_number(at, "n", "k", v, 4)),
    ("+SYSMFG", "value of u32", 0, 0xFFFFFFFF, lambda at, v: at_mfg.put_number(at, "n", "k", v, 5)),
    ("+SYSMFG", "value of i32", -0x80000000, 0x7FFFFFFF, lambda at, v: at_mfg.put_number(at, "n", "k", v, 6)),
    ("+RFPOWER", "wifi_power", 40, 84, lambda at, v: at_system.set_rf_power(at, v)),
    ("+RFPOWER", "ble_adv_power", 0, 15, lambda at, v: at_system.set_rf_power(at, 40, v, 0, 0)),
    ("+RFPOWER", "ble_scan_power", 0, 15, lambda at, v: at_system.set_rf_power(at, 40, 0, v, 0)),
    ("+RFPOWER", "ble_conn_power", 0, 15, lambda at, v: at_system.set_rf_power(at, 40, 0, 0, v)),
    ("+SLEEPWKCFG", "wakeup source", 0, 2, lambda at, v: at_sleep.wake_by(at, v, 1, 0)),
    ("+SLEEPWKCFG", "param2", 0, 1, lambda at, v: at_sleep.wake_by(at, 2, 12, v)),
    ("+CWINIT", "init", 0, 1, lambda at, v: at_station.set_driver(at, v)),
    ("+CWMODE", "mode", 0, 3, lambda at, v: at_wifi.mode(at, v)),
    ("+CWJAP", "pci_en", 0, 1, lambda at, v: at_join.connect(at, "s", "p", None, v)),
    ("+CWJAP", "reconn_interval", 0, 7200, lambda at, v: at_join.connect(at, "s", "p", None, None, v)),
    ("+CWJAP", "listen_interval", 1, 100, lambda at, v: at_join.connect(at, "s", "p", None, None, None, v)),
    ("+CWJAP", "scan_mode", 0, 1, lambda at, v: at_join.connect(at, "s", "p", None, None, None, None, v)),
    ("+CWJAP", "jap_timeout", 3, 600, lambda at, v: at_join.connect(at, "s", "p", None, None, None, None, None, v)),
    ("+CWJAP", "pmf", 0, 3, lambda at, v: at_join.connect(at, "s", "p", None, None, None, None, None, None, v)),
    ("+CWRECONNCFG", "interval_second", 0, 7200, lambda at, v: at_scan.reconnect(at, v, 0)),
    ("+CWRECONNCFG", "repeat_count", 0, 1000, lambda at, v: at_scan.reconnect(at, 1, v)),
    ("+CWLAPOPT", "print mask", 0, 0x7FF, lambda at, v: at_scan.scan_options(at, 0, v)),
    ("+CWLAPOPT", "rssi filter", -100, 40, lambda at, v: at_scan.scan_options(at, 0, 31, v)),
    ("+CWLAPOPT", "authmode mask", 0, 0xFFFF, lambda at, v: at_scan.scan_options(at, 0, 31, None, v)),
    ("+CWLAP", "scan_type", 0, 1, lambda at, v: at_scan.scan(at, print, passive=v)),
    ("+CWLAP", "scan_time_min", 0, 1500, lambda at, v: at_scan.scan(at, print, least=v)),
    ("+CWLAP", "scan_time_max", 0, 1500, lambda at, v: at_scan.scan(at, print, most=v)),
    ("+CWSAP", "ecn", 2, 4, lambda at, v: at_softap.configure(at, "s", "12345678", 1, v)),
    ("+CWSAP", "ssid hidden", 0, 1, lambda at, v: at_softap.configure(at, "s", hidden=v)),
    ("+CWDHCP", "mode", 1, 7, lambda at, v: at_ip.dhcp(at, True, v)),
    ("+CWDHCPS", "lease time", 1, 2880, lambda at, v: at_softap.set_pool(at, v, HOST, HOST)),
    ("+CWAUTOCONN", "enable", 0, 1, lambda at, v: at_station.set_auto_connect(at, v)),
    ("+CWAPPROTO", "protocol", 1, 255, lambda at, v: at_softap.set_protocols(at, v)),
    ("+CWSTAPROTO", "protocol", 1, 255, lambda at, v: at_station.set_protocols(at, v)),
    ("+CWSTARTSMART", "type", 1, 4, lambda at, v: at_prov.smartconfig(at, v)),
    ("+CWSTARTSMART", "auth floor", 0, 7, lambda at, v: at_prov.smartconfig(at, 1, v)),
    ("+WPS", "auth floor", 0, 7, lambda at, v: at_prov.wps(at, v)),
    ("+MDNS", "port", 1, 65535, lambda at, v: at_sntp.mdns(at, "h", "_s", v)),
    ("+CWJEAP", "method", 0, 2, lambda at, v: at_station.connect_enterprise(at, "s", v, "i", "u", "p")),
    ("+CWJEAP", "security", 0, 3, lambda at, v: at_station.connect_enterprise(at, "s", 0, security=v)),
    ("+CWJEAP", "jeap_timeout", 3, 600, lambda at, v: at_station.connect_enterprise(at, "s", 0, seconds=v)),
    ("+CWCOUNTRY", "country_policy", 0, 1, lambda at, v: at_station.set_country(at, v, "DE")),
    ("+CWCOUNTRY", "start_channel", 1, 14, lambda at, v: at_station.set_country(at, 0, "DE", v)),
    ("+CIPDOMAIN", "ip network", 1, 3, lambda at, v: at_tcp.resolve(at, "a", v)),
    ("+CIPSTART", "link ID", 0, 15, lambda at, v: at_manual.start(at, "TCP", HOST, 80, v)),
    ("+CIPSTART", "remote port", 1, 65535, lambda at, v: at_manual.start(at, "TCP", HOST, v)),
    ("+CIPSTART", "keep_alive", 0, 7200, lambda at, v: at_manual.start(at, "SSL", HOST, 80, 0, v)),
    ("+CIPSTART", "local port", 1, 65535, lambda at, v: at_manual.start_udp(at, HOST, 80, 0, v)),
    ("+CIPSTART", "mode", 0, 2, lambda at, v: at_manual.start_udp(at, HOST, 80, 0, 1112, v)),
    ("+CIPSEND", "link ID", 0, 15, lambda at, v: at_manual.send(at, b"x", v)),
    ("+CIPSEND", "remote port", 1, 65535, lambda at, v: at_manual.send(at, b"x", None, HOST, v)),
    ("+CIPSENDL", "link ID", 0, 15, lambda at, v: at_passthrough.send_long(at, b"x", v)),
    ("+CIPSENDL", "remote port", 1, 65535, lambda at, v: at_passthrough.send_long(at, b"x", None, HOST, v)),
    ("+CIPSENDLCFG", "report size", 100, 1 << 20, lambda at, v: at_passthrough.set_long(at, v)),
    ("+CIPSENDLCFG", "transmit size", 100, 2920, lambda at, v: at_passthrough.set_long(at, 100, v)),
    ("+CIPSENDEX", "link ID", 0, 15, lambda at, v: at_manual.send_escaped(at, b"x", v)),
    ("+CIPSENDEX", "remote port", 1, 65535, lambda at, v: at_manual.send_escaped(at, b"x", None, HOST, v)),
    ("+CIPCLOSE", "link ID", 0, 16, lambda at, v: at_links.close(at, v)),
    ("+CIPSERVER", "param2", 1, 65535, lambda at, v: at_server.listen(at, v)),
    ("+CIPSERVER", "param2 of 0", 0, 1, lambda at, v: at_server.unlisten(at, v)),
    ("+CIPSERVER", "CA enable", 0, 1, lambda at, v: at_server.listen(at, 80, "SSL", v)),
    ("+CIPSERVERMAXCONN", "num", 1, 16, lambda at, v: at_server.set_most(at, v)),
    ("+CIPSTO", "time", 0, 7200, lambda at, v: at_server.set_timeout(at, v)),
    ("+CIPSNTPINTV", "interval second", 15, 4294967, lambda at, v: at_sntp.set_interval(at, v)),
    ("+CIUPDATE", "ota mode", 0, 1, lambda at, v: at_ota.update(at, v)),
    ("+CIUPDATE", "nonblocking", 0, 1, lambda at, v: at_ota.update(at, background=v)),
    ("+CIPSSLCCONF", "link ID", 0, 16, lambda at, v: at_tls.verify(at, v, 0)),
    ("+CIPSSLCCONF", "auth_mode", 0, 3, lambda at, v: at_tls.verify(at, None, v)),
    ("+CIPSSLCCONF", "pki_number", 0, 255, lambda at, v: at_tls.verify(at, 0, 1, v)),
    ("+CIPSSLCCONF", "ca_number", 0, 255, lambda at, v: at_tls.verify(at, 0, 2, 0, v)),
    ("+CIPSSLCCN", "link ID", 0, 16, lambda at, v: at_tls.common_name(at, v, "")),
    ("+CIPSSLCSNI", "link ID", 0, 16, lambda at, v: at_tls.sni(at, v, "")),
    ("+CIPSSLCALPN", "link ID", 0, 16, lambda at, v: at_tls.alpn(at, v)),
    ("+CIPSSLCALPN", "counts", 0, 5, lambda at, v: at_tls.alpn(at, None, *["p"] * _some(v))),
    ("+CIPSSLCPSK", "link ID", 0, 16, lambda at, v: at_tls.psk(at, v, "k", "h")),
    ("+CIPRECONNINTV", "interval", 1, 36000, lambda at, v: at_passthrough.set_reconnect(at, v)),
    ("+CIPRECVTYPE", "link ID", 0, 16, lambda at, v: at_manual.receive_type(at, 1, v)),
    ("+CIPRECVTYPE", "mode", 0, 1, lambda at, v: at_manual.receive_type(at, v)),
    ("+CIPRECVDATA", "link_id", 0, 15, lambda at, v: at_manual.receive(at, 1, v)),
    ("+CIPRECVDATA", "len", 1, LONGEST, lambda at, v: at_manual.receive(at, v)),
    ("+CIPTCPOPT", "link_id", 0, 16, lambda at, v: at_server.set_options(at, v, 0)),
    ("+CIPTCPOPT", "so_linger", -1, 65535, lambda at, v: at_server.set_options(at, 0, v)),
    ("+CIPTCPOPT", "tcp_nodelay", 0, 1, lambda at, v: at_server.set_options(at, 0, 0, v)),
    ("+CIPTCPOPT", "keep_alive", 0, 7200, lambda at, v: at_server.set_options(at, 0, 0, 0, 0, v)),
    ("+MQTTUSERCFG", "scheme", 1, 10, lambda at, v: at_mqtt.configure(at, v)),
    ("+MQTTCONNCFG", "keepalive", 0, 7200, lambda at, v: at_mqtt.session(at, v)),
    ("+MQTTCONNCFG", "disable_clean_session", 0, 1, lambda at, v: at_mqtt.session(at, 0, v)),
    ("+MQTTCONNCFG", "lwt_qos", 0, 2, lambda at, v: at_mqtt.session(at, 0, False, "t", "m", v)),
    ("+MQTTCONNCFG", "lwt_retain", 0, 1, lambda at, v: at_mqtt.session(at, 0, False, "t", "m", 0, v)),
    ("+MQTTALPN", "alpn_counts", 0, 5, lambda at, v: at_mqtt.alpn(at, *["p"] * _some(v))),
    ("+MQTTCONN", "port", 1, 65535, lambda at, v: at_mqtt.connect(at, "h", v)),
    ("+MQTTCONN", "reconnect", 0, 1, lambda at, v: at_mqtt.connect(at, "h", 1, v)),
    ("+MQTTPUB", "qos", 0, 2, lambda at, v: at_mqtt.publish(at, "t", "m", v)),
    ("+MQTTPUB", "retain", 0, 1, lambda at, v: at_mqtt.publish(at, "t", "m", 0, v)),
    ("+MQTTPUBRAW", "qos", 0, 2, lambda at, v: at_mqtt.publish_raw(at, "t", b"m", v)),
    ("+MQTTPUBRAW", "retain", 0, 1, lambda at, v: at_mqtt.publish_raw(at, "t", b"m", 0, v)),
    ("+MQTTSUB", "qos", 0, 2, lambda at, v: at_mqtt.subscribe(at, "t", v)),
    ("+HTTPCLIENT", "opt", 2, 5, lambda at, v: at_http.request(at, v, "http://h/")),
    ("+HTTPCLIENT", "content-type", 0, 3, lambda at, v: at_http.request(at, 3, "http://h/", "", v)),
    ("+HTTPGETSIZE", "tx size", 0, 10240, lambda at, v: at_http.size(at, "http://h/", v)),
    ("+HTTPGETSIZE", "rx size", 0, 10240, lambda at, v: at_http.size(at, "http://h/", 0, v)),
    ("+HTTPGETSIZE", "timeout", 0, 180000, lambda at, v: at_http.size(at, "http://h/", 0, 0, v)),
    ("+HTTPCGET", "tx size", 0, 10240, lambda at, v: at_http.get(at, "http://h/", None, v)),
    ("+HTTPCGET", "rx size", 0, 10240, lambda at, v: at_http.get(at, "http://h/", None, 0, v)),
    ("+HTTPCGET", "timeout", 0, 180000, lambda at, v: at_http.get(at, "http://h/", None, 0, 0, v)),
    ("+WSCFG", "link_id", 0, 2, lambda at, v: at_ws.configure(at, v)),
    ("+WSCFG", "ping_intv_sec", 1, 7200, lambda at, v: at_ws.configure(at, 0, v)),
    ("+WSCFG", "ping_timeout_sec", 1, 7200, lambda at, v: at_ws.configure(at, 0, 1, v)),
    ("+WSCFG", "buffer_size", 1, 8192, lambda at, v: at_ws.configure(at, 0, 1, 1, v)),
    ("+WSOPEN", "link_id", 0, 2, lambda at, v: at_ws.open(at, v, "ws://h/")),
    ("+WSOPEN", "timeout_ms", 0, 180000, lambda at, v: at_ws.open(at, 0, "ws://h/", None, v)),
    ("+WSSEND", "link_id", 0, 2, lambda at, v: at_ws.send(at, v, b"x")),
    ("+WSSEND", "opcode", 0, 15, lambda at, v: at_ws.send(at, 0, b"x", v)),
    ("+WSSEND", "timeout_ms", 0, 60000, lambda at, v: at_ws.send(at, 0, b"x", 1, v)),
    ("+WSCLOSE", "link_id", 0, 2, lambda at, v: at_ws.close(at, v)),
    ("+FACTPLCP", "enable", 0, 1, lambda at, v: at_mfg.long_plcp(at, v)),
    ("+FACTPLCP", "tx_with_long", 0, 1, lambda at, v: at_mfg.long_plcp(at, 1, v)),
    ("+WEBSERVER", "server_port", 1, 65535, lambda at, v: at_webserver.start(at, v)),
    ("+WEBSERVER", "connection_timeout", 21, 60, lambda at, v: at_webserver.start(at, 80, v)),
    ("+DRVADC", "channel", 0, 9, lambda at, v: at_driver.adc(at, v)),
    ("+DRVADC", "atten", 0, 3, lambda at, v: at_driver.adc(at, 0, v)),
    ("+DRVPWMINIT", "freq", 1, 8000000, lambda at, v: at_driver.pwm(at, v, 1, 2)),
    ("+DRVPWMINIT", "duty_res", 0, 20, lambda at, v: at_driver.pwm(at, 1, v, 2)),
    ("+DRVPWMDUTY", "duty", 0, 1 << 20, lambda at, v: at_driver.pwm_duty(at, v)),
    ("+DRVPWMFADE", "target_duty", 0, (1 << 20) - 1, lambda at, v: at_driver.pwm_fade(at, v, 10)),
    ("+DRVI2CINIT", "num", 0, 1, lambda at, v: at_driver.i2c(at, v, 25, 26)),
    ("+DRVI2CINIT", "clock", 1, 1000000, lambda at, v: at_driver.i2c(at, 0, 25, 26, v)),
    ("+DRVI2CRD", "num", 0, 1, lambda at, v: at_driver.i2c_read(at, v, 1, 1)),
    ("+DRVI2CRD", "length", 1, 2048, lambda at, v: at_driver.i2c_read(at, 0, 1, v)),
    ("+DRVI2CWRDATA", "num", 0, 1, lambda at, v: at_driver.i2c_write(at, v, 1, b"x")),
    ("+DRVI2CWRBYTES", "num", 0, 1, lambda at, v: at_driver.i2c_write_bytes(at, v, 1, b"x")),
    ("+DRVSPICONFGPIO", "miso", -1, 48, lambda at, v: at_driver.spi_pins(at, 1, v, 2, 3)),
    ("+DRVSPICONFGPIO", "cs", -1, 48, lambda at, v: at_driver.spi_pins(at, 1, 2, 3, v)),
    ("+DRVSPIINIT", "clock", 1, 40000000, lambda at, v: at_driver.spi(at, v)),
    ("+DRVSPIINIT", "mode", 0, 3, lambda at, v: at_driver.spi(at, 1, v)),
    ("+DRVSPIINIT", "cmd_bit", 0, 16, lambda at, v: at_driver.spi(at, 1, 0, v)),
    ("+DRVSPIINIT", "addr_bit", 0, 64, lambda at, v: at_driver.spi(at, 1, 0, 0, v)),
    ("+DRVSPIINIT", "dma_chan", 0, 2, lambda at, v: at_driver.spi(at, 1, 0, 0, 0, v)),
    ("+DRVSPIINIT", "bits_msb", 0, 3, lambda at, v: at_driver.spi(at, 1, 0, 0, 0, 0, v)),
    ("+DRVSPIRD", "data_len", 1, 4092, lambda at, v: at_driver.spi_read(at, v)),
    ("+DRVSPIRD", "cmd_len", 1, 2, lambda at, v: at_driver.spi_read(at, 1, 1, v)),
    ("+DRVSPIRD", "addr_len", 1, 4, lambda at, v: at_driver.spi_read(at, 1, 1, 1, 1, v)),
    ("+DRVSPIWR", "cmd_len", 1, 2, lambda at, v: at_driver.spi_write(at, b"x", 1, v)),
    ("+DRVSPIWR", "addr_len", 1, 4, lambda at, v: at_driver.spi_write(at, b"x", 1, 1, 1, v)),
    ("+USERWKMCUCFG", "wake mode", 1, 2, lambda at, v: at_sleep.wake_host(at, v, 1, 1, 0)),
    ("+USERWKMCUCFG", "wake signal", 0, 255, lambda at, v: at_sleep.wake_host(at, 2, 1, v, 0)),
    ("+USERWKMCUCFG", "delay time", 0, 60000, lambda at, v: at_sleep.wake_host(at, 1, 1, 1, v)),
    ("+USERWKMCUCFG", "check mcu awake method", 0, 15, lambda at, v: at_sleep.wake_host(at, 1, 1, 1, 1, v)),
    ("+USERMCUSLEEP", "state", 0, 1, lambda at, v: at_sleep.host_sleeps(at, v)),
)  # fmt: skip

TEXTS = (
    ("+SAVETRANSLINK", "remote host", 1, 64, lambda at, t: at_passthrough.at_power_up(at, t, 80)),
    ("+SAVETRANSLINK", "peer_addr", 17, 17, lambda at, t: at_passthrough.at_power_up_ble(at, 1, 1, 1, 1, 1, t)),
    ("+CWJAP", "ssid", 1, 32, lambda at, t: at_join.connect(at, t, "p")),
    ("+CWJAP", "pwd", 0, 64, lambda at, t: at_join.connect(at, "s", t)),
    ("+CWLAP", "ssid", 1, 32, lambda at, t: at_scan.scan(at, print, t)),
    ("+CWLAP", "mac", 17, 17, lambda at, t: at_scan.scan(at, print, None, t)),
    ("+CWSAP", "ssid", 1, 32, lambda at, t: at_softap.configure(at, t)),
    ("+CWSAP", "pwd", 8, 63, lambda at, t: at_softap.configure(at, "s", t, 1, 3)),
    ("+CWQIF", "mac", 17, 17, lambda at, t: at_softap.disconnect(at, t)),
    ("+CWDHCPS", "start IP", 7, 15, lambda at, t: at_softap.set_pool(at, 1, t, HOST)),
    ("+CWDHCPS", "end IP", 7, 15, lambda at, t: at_softap.set_pool(at, 1, HOST, t)),
    ("+CIPSTAMAC", "mac", 17, 17, lambda at, t: at_ip.set_mac(at, t)),
    ("+CIPAPMAC", "mac", 17, 17, lambda at, t: at_softap.set_mac(at, t)),
    ("+CIPSTA", "ip", 7, 15, lambda at, t: at_ip.set_address(at, t)),
    ("+CIPAP", "ip", 7, 15, lambda at, t: at_softap.set_address(at, t)),
    ("+CWSTARTSMART", "esptouch v2 key", 16, 16, lambda at, t: at_prov.smartconfig(at, 4, 0, t)),
    ("+CWJEAP", "ssid", 1, 32, lambda at, t: at_station.connect_enterprise(at, t, 0)),
    ("+CWJEAP", "identity", 1, 32, lambda at, t: at_station.connect_enterprise(at, "s", 0, t)),
    ("+CWJEAP", "username", 1, 32, lambda at, t: at_station.connect_enterprise(at, "s", 1, "i", t, "p")),
    ("+CWJEAP", "password", 1, 32, lambda at, t: at_station.connect_enterprise(at, "s", 1, "i", "u", t)),
    ("+CWHOSTNAME", "hostname", 1, 32, lambda at, t: at_ip.hostname(at, t)),
    ("+CWCOUNTRY", "country_code", 1, 3, lambda at, t: at_station.set_country(at, 0, t)),
    ("+CIPSTART", "remote host", 1, 64, lambda at, t: at_manual.start(at, "TCP", t, 80)),
    ("+CIPSTART", "remote host of UDP", 1, 64, lambda at, t: at_manual.start_udp(at, t, 80)),
    ("+CIPSTARTEX", "remote host", 1, 64, lambda at, t: at_manual.start_any(at, "SSL", t, 80)),
    ("+CIPSNTPCFG", "SNTP server1", 1, 64, lambda at, t: at_sntp.configure(at, 0, t)),
    ("+CIPSSLCCN", "common name", 0, 64, lambda at, t: at_tls.common_name(at, 0, t)),
    ("+CIPSSLCSNI", "sni", 0, 64, lambda at, t: at_tls.sni(at, 0, t)),
    ("+CIPSSLCPSK", "psk", 1, 32, lambda at, t: at_tls.psk(at, 0, t, "h")),
    ("+CIPSSLCPSK", "hint", 1, 32, lambda at, t: at_tls.psk(at, 0, "k", t)),
    ("+CIPSSLCPSKHEX", "psk", 1, 32, lambda at, t: at_tls.psk_hex(at, 0, t.encode(), "h")),
    ("+CIPSSLCPSKHEX", "hint", 1, 32, lambda at, t: at_tls.psk_hex(at, 0, b"k", t)),
    ("+MQTTUSERCFG", "username", 0, 64, lambda at, t: at_mqtt.configure(at, 1, "", t)),
    ("+MQTTUSERCFG", "password", 0, 64, lambda at, t: at_mqtt.configure(at, 1, "", "", t)),
    ("+MQTTUSERCFG", "path", 0, 32, lambda at, t: at_mqtt.configure(at, 6, path=t)),
    ("+MQTTCONNCFG", "lwt_topic", 0, 128, lambda at, t: at_mqtt.session(at, 0, False, t)),
    ("+MQTTCONNCFG", "lwt_msg", 0, 128, lambda at, t: at_mqtt.session(at, 0, False, "t", t)),
    ("+MQTTCONN", "host", 1, 128, lambda at, t: at_mqtt.connect(at, t, 1)),
    ("+MQTTPUB", "topic", 1, 128, lambda at, t: at_mqtt.publish(at, t, "m")),
    ("+MQTTPUBRAW", "topic", 1, 128, lambda at, t: at_mqtt.publish_raw(at, t, b"m")),
    ("+MQTTSUB", "topic", 1, 128, lambda at, t: at_mqtt.subscribe(at, t)),
    ("+MQTTUNSUB", "topic", 1, 128, lambda at, t: at_mqtt.unsubscribe(at, t)),
    ("+HTTPURLCFG", "url length", 8, 8192, lambda at, t: at_http.set_url(at, t)),
    ("+USEROTA", "url len", 1, 8192, lambda at, t: at_ota.update_from(at, t)),
    ("+CIPETHMAC", "mac", 17, 17, lambda at, t: at_eth.set_mac(at, t)),
    ("+CIPETH", "ip", 7, 15, lambda at, t: at_eth.set_address(at, t)),
)  # fmt: skip

BYTES = (
    ("+SYSMSGFILTERCFG", "head_regexp_len", 1, 64, lambda at, b: at_filter.add(at, b)),
    ("+SYSMSGFILTERCFG", "tail_regexp_len", 1, 64, lambda at, b: at_filter.add(at, b"", b)),
    ("+CIPSEND", "length", 1, 8192, lambda at, b: at_manual.send(at, b)),
    ("+CIPSENDEX", "length", 1, 8192, lambda at, b: at_manual.send_escaped(at, b)),
    ("+MQTTLONGCLIENTID", "length", 1, 1024, lambda at, b: at_mqtt.long_client(at, b)),
    ("+MQTTLONGUSERNAME", "length", 1, 1024, lambda at, b: at_mqtt.long_user(at, b)),
    ("+MQTTLONGPASSWORD", "length", 1, 1024, lambda at, b: at_mqtt.long_password(at, b)),
    ("+WSSEND", "length", 1, 8182, lambda at, b: at_ws.send(at, 0, b)),
    ("+DRVI2CWRDATA", "length", 1, 2048, lambda at, b: at_driver.i2c_write(at, 0, 1, b)),
    ("+DRVI2CWRBYTES", "length", 1, 4, lambda at, b: at_driver.i2c_write_bytes(at, 0, 1, b)),
    ("+DRVSPIWR", "data_len", 0, 4092, lambda at, b: at_driver.spi_write(at, b)),
)  # fmt: skip


def _some(v):
    return v if v >= 0 else 6  # there is no list of -1 entries


class Long:
    """A payload of which only the length matters."""

    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


def walk(rows, make, least=0):
    """Both ends of every row, and what lies beyond."""
    for name, parameter, low, high, call in rows:
        try:
            for n in (low, high):
                at = _Recorder()
                assert call(at, make(n)) is at.given
                assert at.text == name.encode() or at.text.startswith(name.encode() + b"=")
            for n in (low - 1, high + 1):
                if n >= least:
                    raises(ValueError, call, _Recorder(), make(n))
        except Exception:
            print("in the row of", name, parameter)
            raise


def test_numbers():
    walk(NUMBERS, int, -(1 << 40))


def test_texts():
    walk(TEXTS, lambda n: "x" * n)


def test_payloads():
    walk(BYTES, bytes)


def test_payloads_too_long_for_any_memory():
    """AT+CIPSENDL, AT+MQTTPUBRAW, AT+HTTPCPOST, AT+HTTPCPUT: up to 2**31 - 1 bytes."""
    for call in (at_passthrough.send_long, lambda at, b: at_mqtt.publish_raw(at, "t", b),
                 lambda at, b: at_http.post(at, "http://h/", b), lambda at, b: at_http.put(at, "http://h/", b)):  # fmt: skip
        for n in (1, LONGEST):
            at = _Recorder()
            assert call(at, Long(n)) is at.given and b"%d" % n in at.text
        raises(ValueError, call, _Recorder(), b"")


def test_what_is_sent_bears_the_number():
    """The number itself, in decimal or hexadecimal digits, stands among the parameters."""
    for name, parameter, low, high, call in NUMBERS:
        for n in (low, high):
            at = _Recorder()
            call(at, n)
            fields = at.text.split(b"=")[1].split(b",")
            count = [f for f in fields if f.strip(b'"') == b"p"]  # how many protocols: told as their number
            assert n == len(count) or str(n).encode() in fields or b"0x%x" % n in fields, (name, parameter, at.text)
