"""What programs may expect of ssl, call by call."""

import sys

from online import join

import socketpool
import ssl

pool = socketpool.SocketPool(join())


def objects(port):
    context = ssl.create_default_context()
    assert isinstance(context, ssl.SSLContext) and context.check_hostname is True
    s = pool.socket()
    wrapped = context.wrap_socket(s, server_side=False, server_hostname="espressif.test")
    assert {wrapped: 1}
    for name in "accept bind close connect listen recv_into send settimeout setblocking __hash__ __enter__ __exit__".split():
        assert callable(getattr(wrapped, name)), name
    wrapped.close()
    with pool.socket() as connected:
        connected.connect(("127.0.0.1", port))
        try:
            context.wrap_socket(connected, server_hostname="espressif.test")
            raise AssertionError("too late, and not told")
        except OSError as e:
            assert e.errno == 22
    for wrong in ({"cafile": "somewhere"}, {"cadata": "no certificate"}):
        try:
            context.load_verify_locations(**wrong)
            raise AssertionError("silently ignored")
        except ValueError:
            pass


def another_radio():
    """Sockets that are not espat's go to the board's own ssl."""
    import socket

    assert sys.modules["ssl"] is ssl
    with socket.socket() as foreign:
        wrapped = ssl.create_default_context().wrap_socket(foreign, server_hostname="espressif.test")
        assert type(wrapped).__module__ == "ssl" and not hasattr(wrapped, "links")
        wrapped.close()
    assert sys.modules["ssl"] is ssl


def talk(host, port, files):
    """Send ping over TLS with our own certificate; what comes back, or the error."""
    context = ssl.create_default_context()
    context.load_verify_locations(cadata="")
    if files:
        context.load_cert_chain(*files)
    with context.wrap_socket(pool.socket(), server_hostname=host) as s:
        s.settimeout(3)
        try:
            s.connect((host, port))
            s.send(b"ping")
            buf = bytearray(10)
            n = s.recv_into(buf)
            return str(buf[:n], "ascii")
        except OSError as e:
            return e.errno


def serve(port, files, ca, seconds=10):
    """A TLS server that lets only clients in that `ca` has signed; gives what they said."""
    context = ssl.create_default_context()
    with open(ca) as f:
        context.load_verify_locations(cadata=f.read())
    context.load_cert_chain(*files)
    with context.wrap_socket(pool.socket(), server_side=True) as listener:
        listener.bind(("", port))
        listener.listen(1)
        listener.settimeout(seconds)
        print("READY", flush=True)
        client, _ = listener.accept()
        with client:
            buf = bytearray(10)
            n = client.recv_into(buf)
            client.send(memoryview(buf)[:n])
        return str(buf[:n], "ascii")
