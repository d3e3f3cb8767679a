"""The numbers of MicroPython's socket and network modules that few programs use; loaded by the first."""

# lwIP's numbers: programs hard-code them
SOCK_RAW = 3
SOL_SOCKET = 1
SO_REUSEADDR = 4
SO_KEEPALIVE = 8
SO_BROADCAST = 0x20
SO_LINGER = 0x80
IPPROTO_IP = 0
IPPROTO_TCP = 6
IPPROTO_UDP = 17
TCP_NODELAY = 0x40
IP_ADD_MEMBERSHIP = 0x400
IP_DROP_MEMBERSHIP = 0x401
MSG_PEEK = 1
MSG_DONTWAIT = 2
# why the station has not joined
STAT_CONNECT_FAIL = -1
STAT_NO_AP_FOUND = -2
STAT_WRONG_PASSWORD = -3
# kinds of security by ESP32's older names, for SoftAP.config(authmode=)
AUTH_OPEN = 0
AUTH_WEP = 1
AUTH_WPA_PSK = 2
AUTH_WPA2_PSK = 3
AUTH_WPA_WPA2_PSK = 4
AUTH_WPA3_PSK = 6
AUTH_WPA2_WPA3_PSK = 7
# ESP32's reasons that the module does not tell apart from STAT_CONNECT_FAIL; programs look for them
STAT_BEACON_TIMEOUT = 200
STAT_ASSOC_FAIL = 203
STAT_HANDSHAKE_TIMEOUT = 204
