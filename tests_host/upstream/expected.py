"""What upstream's tests are held against where upstream itself has no .exp file, and which ones cannot pass, and why."""

# What CPython prints, which upstream's runners would take; it needs fixed ports of all interfaces, or the Internet
PRINTED = {
    "multi_net/tcp_data.py": "--- instance0 ---\nb'client to server'\n--- instance1 ---\nb'server to client'\n",
    "multi_net/tcp_accept_recv.py": "--- instance0 ---\nTrue\n--- instance1 ---\n\n",
    "multi_net/udp_data.py": "--- instance0 ---\n{0}pass\n--- instance1 ---\n{0}pass\n".format(
        "".join("%d\n" % n for n in range(10))),
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
