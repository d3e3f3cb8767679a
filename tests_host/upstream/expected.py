"""What upstream's tests are held against where upstream itself has no .exp file, and which ones cannot pass, and why."""

# What CPython prints, which upstream's runners would take; it needs fixed ports of all interfaces, or the Internet
PRINTED = {
    "multi_net/tcp_data.py": "--- instance0 ---\nb'client to server'\n--- instance1 ---\nb'server to client'\n",
    "multi_net/tcp_accept_recv.py": "--- instance0 ---\nTrue\n--- instance1 ---\n\n",
    "multi_net/udp_data.py": "--- instance0 ---\n{0}pass\n--- instance1 ---\n{0}pass\n".format(
        "".join("%d\n" % n for n in range(10))),
    "net_hosted/connect_timeout.py": "True\nTrue\n",
    "net_inet/getaddrinfo.py":
        "-- test_0_0_0_0: getaddrinfo returned resolutions\n-- test_bogus: getaddrinfo raised\n"
        "-- test_ip_addr: getaddrinfo returned resolutions\n-- test_non_existent: getaddrinfo raised\n"
        "-- test_valid: getaddrinfo returned resolutions\n",
    "net_inet/ssl_errors.py":
        "--- micropython.org\nconnected\nwrap: error\n--- micropython.org\nEINPROGRESS\nwrap: True\nwrite: error\n"
        "--- test.mosquitto.org\nconnected\nwrap: error\n",
    "net_inet/tls_text_errors.py": "wrap: True\n",
    "extmod/select_poll_basic.py": "modify:TypeError\n1 32\n",
    "extmod/select_poll_udp.py": "0\nTrue\n",
    "extmod/socket_tcp_basic.py": "ENOTCONN: True\n",
    "extmod/socket_udp_nonblock.py": "EAGAIN: True\n",
    "extmod/ssl_noleak.py": 2 * "".join("%d\n" % n for n in range(128)) + "OK\n",
    "extmod/ssl_sslcontext.py": "True\n",
    "extmod/ssl_sslcontext_verify_mode.py": "True\nTrue\n",
    "extmod/ssl_sslcontext_verify_mode2.py": "True\nTrue\n",
}
# The same as patterns: where sites' names, addresses or times are printed
MATCHES = {
    "net_hosted/connect_nonblock_xfer.py": r"(?s).*\nOK\n",
    "net_inet/test_tls_nonblock.py": r"(\S+\nwrapped\nwrote\nread\n\S+ ok\n){4}DONE\n",
    "net_inet/test_tls_sites.py": r"(\S+ ok\n){4}",
    "net_inet/test_tls_sites_simple.py": r"(\S+ ok\n){2}",
    "extmod/select_poll_eintr.py": r"poll\nthread gc start\nthread gc end\nresult: \[\]\ndt (not )?in range.*\n",
}

_NO_CERTIFICATE = "(-29824, 'SSL - No client certification received from the client, but required by the aut')"
_MAC = "(-29056, 'SSL - Verification of the message MAC failed')"
_NAME = "\nThe certificate Common Name (CN) does not match with the expected CN\n\n"

# What Debian's build prints over the system's own sockets where the .exp files are of another build of mbedtls: it words
# errors otherwise, and speaks TLS 1.3, in which the client is done before the server refuses and alerts are encrypted
BUILD = {
    "asyncio_tls_server_client_cert_required_error":
        "--- instance0 ---\nserver running\nhandle connection\n%s\nserver done\n" % _NO_CERTIFICATE
        + "--- instance1 ---\nwrite: b'client data'\ndrain\nclient done\n",
    "asyncio_tls_server_client_verify_error":
        "--- instance0 ---\nserver running\nhandle connection\n%s\nserver done\n" % _MAC
        + "--- instance1 ---\nwrite: b'client data'\ndrain\n%sclient done\n" % _NAME,
    "sslcontext_check_hostname_error":
        "--- instance0 ---\n(-29312, 'SSL - The connection indicated an EOF')\n"
        "--- instance1 ---\nCERT_REQUIRED requires server_hostname\n",
    "sslcontext_verify_error": "--- instance0 ---\n%s\n--- instance1 ---\n%s" % (_MAC, _NAME),
    "sslcontext_verify_time_error":
        "--- instance0 ---\n%s\n--- instance1 ---\n\nThe certificate validity has expired\n\n" % _MAC,
}

_RESET = "the module reports a reset as it reports a close"
_TEXT = "the module tells no cause, the error's text is espat's own"
_PEER = "the module shows no certificates"
_CIPHERS = "the module chooses the ciphers; AT+CIPSSLCCIPHER of newer firmware is at_tls.cipher()"
_DTLS = "the module has no DTLS"
_HELD = "on a port that means TLS the connection opens with wrap_socket(), which the test's server does not expect"
_REFUSES = "the module itself turns such a client away, the program never sees it"
_BUILD_CIPHERS = "this build of MicroPython fails over the system's own sockets too: no cipher in common"
_BUILD_DTLS = "this build of MicroPython has no DTLS"

# (test, road) -> why it fails
FAILS = {
    ("asyncio_tcp_client_rst", "module"): _RESET,
    ("tcp_client_rst", "module"): _RESET,
    ("asyncio_tls_server_client_verify_error", "module"): _TEXT,
    ("sslcontext_verify_error", "module"): _TEXT,
    ("sslcontext_verify_time_error", "module"): _TEXT,
    ("sslcontext_server_client_ciphers", "board"): _BUILD_CIPHERS,
}
# The same, and they take ten seconds until upstream's runner gives up: tried with ESPAT_UPSTREAM=all only
HANGS = {
    ("asyncio_tls_server_client_cert_required_error", "module"): _REFUSES,
    ("sslcontext_check_hostname_error", "module"): _HELD,
    ("sslcontext_getpeercert", "module"): _PEER,
    ("sslcontext_verify_callback", "module"): _PEER,
    ("sslcontext_server_client_ciphers", "module"): _CIPHERS,
    ("tls_dtls_server_client", "module"): _DTLS,
    ("tls_dtls_server_client", "board"): _BUILD_DTLS,
}

_OTHERS = "the test needs the real site's certificate"
_VERIFIES = "the test verifies nobody without saying so; espat verifies unless it is told CERT_NONE"
_CONTEXT = "espat's SSLContext is a Python object, to which attributes can be added"

# Tests of one board
SINGLE_FAILS = {
    "net_hosted/connect_nonblock_xfer.py": "the test needs a network that takes its time; a handshake is never waited for "
                                           "by a socket that does not wait",
    "net_hosted/connect_poll.py": "a new socket is hung up and not writable, as lwIP's are; the test expects a PC's: both",
    "net_hosted/ssl_getpeercert.py": _PEER,
    "net_hosted/ssl_verify_callback.py": _PEER,
    "net_inet/asyncio_tls_open_connection_readline.py": _OTHERS,
    "net_inet/ssl_cert.py": _OTHERS,
    "net_inet/test_sslcontext_client.py": _OTHERS,
    "net_inet/test_tls_nonblock.py": _VERIFIES,
    "net_inet/test_tls_sites.py": _VERIFIES,
    "net_inet/tls_text_errors.py": _TEXT,
    "extmod/ssl_sslcontext.py": "the module begins no TLS without a connection: ENOTCONN",
    "extmod/tls_dtls.py": "no DTLS; a name that tls lacks is an AttributeError, since what loads late looks for it",
    "extmod/tls_sslcontext_ciphers.py": _CIPHERS,
    "extmod/tls_sslcontext_micropython.py": _CONTEXT,
}
# They find that they cannot run, as upstream's would
SINGLE_SKIPS = {
    "net_inet/tls_num_errors.py": "its SSLContext says so",
    "extmod/ssl_ioctl.py": "this build does not show ioctl()",
}
# About the interpreter alone: without sockets, or with what this build lacks
NOT_OURS = {
    "extmod/select_poll_fd.py": "file descriptors of the system",
    "extmod/ssl_poll.py": "ioctl() of MicroPython's own SSLSocket, which this build does not show",
}
