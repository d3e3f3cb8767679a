"""Certificates for one test run, made on the spot: authorities, servers good and bad, a client.

    ca.pem            signs server.pem, expired.pem, named.pem (for another host) and device.pem (for the module as server)
    other.pem         another authority, nobody's; signs stranger.pem
    clients.pem       signs client.pem
Every NAME.pem has its NAME.key.
"""

import datetime
import ipaddress
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)
HOST = "espat.test"


def _name(common):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


class Pki:
    """Writes certificates and keys into a folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.now = datetime.datetime.utcnow()
        ca, other, clients = [self._authority(name) for name in ("ca", "other", "clients")]
        self._issue("server", ca, HOST)
        self._issue("device", ca, HOST)
        self._issue("named", ca, "elsewhere.test", names=["elsewhere.test"], addresses=[])
        self._issue("expired", ca, HOST, age=40, days=30)
        self._issue("stranger", other, HOST)
        self._issue("client", clients, "device 7")

    def path(self, name):
        return str(self.folder / name)

    def pair(self, name):
        """Paths of a certificate and its key."""
        return self.path(name + ".pem"), self.path(name + ".key")

    def _authority(self, common):
        key = ec.generate_private_key(ec.SECP256R1())
        self._write(common, self._sign(common, key, _name(common), key, ca=True), key)
        return common, key

    def _issue(self, file, authority, common, names=(HOST, "localhost"), addresses=("127.0.0.1",), age=1, days=300):
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, issuer_key = authority
        self._write(file, self._sign(common, key, _name(issuer), issuer_key, False, names, addresses, age, days), key)

    def _sign(self, common, key, issuer, issuer_key, ca, names=(), addresses=(), age=1, days=300):
        start = self.now - age * DAY
        made = (x509.CertificateBuilder().subject_name(_name(common)).issuer_name(issuer).public_key(key.public_key())
                .serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(start + days * DAY)
                .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True))
        if names:
            alternatives = [x509.DNSName(n) for n in names] + [x509.IPAddress(ipaddress.ip_address(a)) for a in addresses]
            made = made.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        return made.sign(issuer_key, hashes.SHA256())

    def _write(self, name, certificate, key):
        pem, text = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        self.folder.joinpath(name + ".pem").write_bytes(certificate.public_bytes(pem))
        self.folder.joinpath(name + ".key").write_bytes(key.private_bytes(pem, text, serialization.NoEncryption()))
