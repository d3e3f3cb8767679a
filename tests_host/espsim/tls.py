"""TLS for the module's links and clients, on Python's ssl; certificates come from the module's own flash.

Whether a certificate is valid today is judged by the module's clock: without the time a verifying client gets no
further than the real one.
"""
import asyncio
import contextlib
import ctypes
import dataclasses
import socket
import ssl
import sys
import tempfile
import time

HANDSHAKE_LIMIT = 10.0  # seconds per packet, says the guide; one packet is what a loopback peer needs
NO_TIME_CHECK = 0x200000  # X509_V_FLAG_NO_CHECK_TIME
CHUNK = 16384


class Missing(Exception):
    """An item of the PKI is not in flash; the text is what the module says."""


@dataclasses.dataclass
class Wanted:
    """What a TLS client is asked to do. `own`: (certificate, key), `ca`: bytes, PEM or DER."""

    own: tuple | None = None
    ca: bytes | None = None
    common_name: str = ""
    sni: str = ""
    alpn: list = dataclasses.field(default_factory=list)
    psk: tuple | None = None  # (key, identity)
    suite: int = 0  # IANA number of the only cipher suite


def pki(m, kind, *, own, ca, number=0, ca_number=0):
    """((certificate, key) or None, CA or None) of a set such as "client"; Missing if flash has no such item."""
    items = {}
    if own:
        items["cert"], items["key"] = m.flash.certificate(f"{kind}_cert", number), m.flash.certificate(f"{kind}_key", number)
    if ca:
        items["ca"] = m.flash.certificate(f"{kind}_ca", ca_number)
    for item, text in (("cert", "NO CERT FOUND"), ("key", "NO PRVT_KEY FOUND"), ("ca", "NO CA FOUND")):
        if item in items and not items[item]:
            raise Missing(text)
    return (items["cert"], items["key"]) if own else None, items.get("ca")


# contexts


def _pem(data, label):
    """PEM text of a certificate or key given as PEM or DER."""
    if b"-----BEGIN" in data:
        return data.rstrip(b"\0").decode("latin-1")
    text = ssl.DER_cert_to_PEM_cert(data)
    return text.replace("CERTIFICATE", label)


def _load_own(context, certificate, key):
    """ssl.SSLError if they do not fit together or are no such things."""
    labels = ["CERTIFICATE"] if b"-----BEGIN" in key else ["PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"]
    for label in labels:
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(_pem(certificate, "CERTIFICATE") + "\n" + _pem(key, label) + "\n")
            file.flush()
            try:
                context.load_cert_chain(file.name)
                return
            except ssl.SSLError:
                if label == labels[-1]:
                    raise


def _bare(side):
    context = ssl.SSLContext(side)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= NO_TIME_CHECK
    return context


def client_context(wanted):
    """ssl.SSLError or ValueError if the certificates are damaged."""
    context = _bare(ssl.PROTOCOL_TLS_CLIENT)
    if wanted.own:
        _load_own(context, *wanted.own)
    if wanted.ca:
        context.load_verify_locations(cadata=_pem(wanted.ca, "CERTIFICATE"))
        context.verify_mode = ssl.CERT_REQUIRED
    if wanted.alpn:
        context.set_alpn_protocols(wanted.alpn)
    if wanted.psk:
        _use_psk(context, *wanted.psk)
    if wanted.suite:
        name = suites().get(wanted.suite)
        if name is None:
            raise ssl.SSLError(f"no cipher suite {wanted.suite:#06x}")
        context.set_ciphers(name)
    return context


def server_context(own, ca):
    context = _bare(ssl.PROTOCOL_TLS_SERVER)
    _load_own(context, *own)
    if ca:
        context.load_verify_locations(cadata=_pem(ca, "CERTIFICATE"))
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def suites():
    """IANA number -> OpenSSL's name of the cipher suites there are."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:PSK:@SECLEVEL=0")
    return {one["id"] & 0xFFFF: one["name"] for one in context.get_ciphers()}


# pre-shared keys: in ssl from Python 3.13 on; before that OpenSSL's own function is called


PSK_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_uint, ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_char), ctypes.c_uint,
    ctypes.POINTER(ctypes.c_char), ctypes.c_uint,
)  # fmt: skip


def _use_psk(context, key, identity):
    context.set_ciphers("PSK:@SECLEVEL=0")
    if hasattr(context, "set_psk_client_callback"):
        context.set_psk_client_callback(lambda hint: (identity, key))
        return
    if sys.implementation.name != "cpython":
        raise ssl.SSLError("pre-shared keys need Python 3.13")

    def answer(_ssl, _hint, identity_out, identity_room, key_out, key_room):
        name = identity.encode("latin-1") + b"\0"
        if len(name) > identity_room or len(key) > key_room:
            return 0
        ctypes.memmove(identity_out, name, len(name))
        ctypes.memmove(key_out, key, len(key))
        return len(key)

    callback = context.kept = PSK_CALLBACK(answer)  # it must live as long
    import _ssl

    library = ctypes.CDLL(_ssl.__file__)  # its symbols include those of the OpenSSL it is linked with
    inner = ctypes.cast(id(context) + object.__basicsize__, ctypes.POINTER(ctypes.c_void_p))[0]
    library.SSL_CTX_set_psk_client_callback.argtypes = [ctypes.c_void_p, PSK_CALLBACK]
    library.SSL_CTX_set_psk_client_callback.restype = None
    library.SSL_CTX_set_psk_client_callback(inner, callback)


# the stream


class TlsStream:
    """TLS on top of another stream, with the same methods."""

    def __init__(self, raw, context, *, server=False, sni=""):
        self.raw = raw
        self.context = context
        self.local_port = raw.local_port
        self.inward, self.outward = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.inward, self.outward, server_side=server, server_hostname=sni or None)
        self.sending = asyncio.Lock()  # records must not interleave

    async def handshake(self, limit=HANDSHAKE_LIMIT):
        """OSError if it fails."""
        try:
            await asyncio.wait_for(self._step(self.tls.do_handshake), limit)
        except BaseException:
            self._last_words()
            raise

    async def _step(self, action, *args):
        """Carry one operation through, feeding both directions."""
        while True:
            try:
                result = action(*args)
                await self._flush()
                return result
            except ssl.SSLWantReadError:
                await self._flush()
                data, _ = await self.raw.recv(CHUNK)
                if data:
                    self.inward.write(data)
                else:
                    self.inward.write_eof()

    async def _flush(self):
        async with self.sending:
            while data := self.outward.read():
                await self.raw.send(data)

    async def recv(self, most):
        try:
            return await self._step(self.tls.read, most), None
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b"", None

    async def send(self, data, to=None):
        for at in range(0, len(data), CHUNK):
            self.tls.write(data[at : at + CHUNK])
            await self._flush()

    def set_options(self, *options):
        self.raw.set_options(*options)

    def _last_words(self):
        """The alert or close notification that waits, as far as the socket takes it at once."""
        sock = getattr(self.raw, "sock", None)
        with contextlib.suppress(OSError):
            data = self.outward.read()
            if data and isinstance(sock, socket.socket):
                sock.send(data)

    def close(self):
        with contextlib.suppress(ssl.SSLError, ValueError):
            self.tls.unwrap()
        self._last_words()
        self.raw.close()


def check_peer(m, tls, common_name=""):
    """Judge the certificate of a verified peer by the module's clock and the name it should have; OSError."""
    shown = tls.getpeercert() or {}
    now = m.now()
    if now < ssl.cert_time_to_seconds(shown["notBefore"]) or now > ssl.cert_time_to_seconds(shown["notAfter"]):
        raise ssl.SSLError(f"certificate not valid at {time.asctime(time.gmtime(now))}")
    if common_name and common_name not in names_of(shown):
        raise ssl.SSLError(f"certificate is not for {common_name}")


def names_of(shown):
    """Common name and alternative names of a certificate."""
    names = [value for kind, value in shown.get("subjectAltName", ()) if kind in ("DNS", "IP Address")]
    return names + [value for group in shown["subject"] for kind, value in group if kind == "commonName"]


async def secure(m, raw, wanted, limit=HANDSHAKE_LIMIT):
    """A TlsStream over a connected stream; OSError if it cannot be, and then the stream is closed."""
    try:
        stream = TlsStream(raw, client_context(wanted), sni=wanted.sni)
        await stream.handshake(limit)
        if wanted.ca:
            check_peer(m, stream.tls, wanted.common_name)
    except (OSError, ValueError, asyncio.TimeoutError) as error:
        raw.close()
        raise error if isinstance(error, OSError) else OSError(str(error)) from error
    except BaseException:
        raw.close()
        raise
    return stream
