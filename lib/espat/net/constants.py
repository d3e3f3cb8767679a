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
