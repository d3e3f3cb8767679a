"""Makes the test certificates: those a fresh simulated module holds (espsim/pki) and those of its peers (sim/data/pki).

    python3 tests_host/sim/make_pki.py          needs the package cryptography; the results are in the repository

The keys protect nothing. Names follow the guide's raw_data folders (6.8). Who trusts whom:
    client_ca_NN  signs what a server shows to the module       -> server.crt here, peer NN there
    server_ca     signs what a client of the module shows       -> client_cert_NN
    mqtt_ca       signs the broker's certificate and the module's mqtt_client
"""
import datetime
import ipaddress
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = pathlib.Path(__file__).parent
MODULE = HERE.parent / "espsim" / "pki"
PEERS = HERE / "data" / "pki"
START, END = datetime.datetime(2021, 1, 1), datetime.datetime(2049, 12, 31)
NAMES = ["localhost", "espressif.test", "*.iot.test", "mqtt.eclipseprojects.io"]
ADDRESSES = ["127.0.0.1", "192.168.3.102", "192.168.4.1"]


def name_of(common):
    fields = {NameOID.ORGANIZATION_NAME: "espsim test", NameOID.COMMON_NAME: common}
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in fields.items()])


def certificate(common, key, issuer, issuer_key, *, ca=False, names=(), start=START, end=END):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name_of(common))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if names:
        alternatives = [x509.DNSName(name) for name in names] + [x509.IPAddress(ipaddress.ip_address(one)) for one in ADDRESSES]
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def pem(made):
    return made.public_bytes(serialization.Encoding.PEM)


def key_pem(key):
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


class Authority:
    def __init__(self, common):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = name_of(common)
        self.certificate = certificate(common, self.key, self.name, self.key, ca=True)

    def issue(self, folder, common, crt, key, **options):
        own = ec.generate_private_key(ec.SECP256R1())
        (folder / crt).write_bytes(pem(certificate(common, own, self.name, self.key, **options)))
        (folder / key).write_bytes(key_pem(own))


def main():
    for folder in (MODULE, PEERS):
        folder.mkdir(parents=True, exist_ok=True)
    of_clients = Authority("server_ca")
    (MODULE / "server_ca.crt").write_bytes(pem(of_clients.certificate))
    for number in (0, 1):
        of_servers = Authority(f"client_ca_{number:02}")
        (MODULE / f"client_ca_{number:02}.crt").write_bytes(pem(of_servers.certificate))
        of_clients.issue(MODULE, f"client_{number:02}", f"client_cert_{number:02}.crt", f"client_key_{number:02}.key")
        of_servers.issue(PEERS, "espressif.test", f"peer_{number:02}.crt", f"peer_{number:02}.key", names=NAMES)
        if number == 0:
            of_servers.issue(MODULE, "espressif.test", "server_cert.crt", "server.key", names=NAMES)
            over = {"end": datetime.datetime(2022, 1, 1), "names": NAMES}
            of_servers.issue(PEERS, "espressif.test", "expired.crt", "expired.key", **over)
    for kind in ("mqtt", "wpa2"):
        authority = Authority(f"{kind}_ca")
        (MODULE / f"{kind}_ca.crt").write_bytes(pem(authority.certificate))
        authority.issue(MODULE, f"{kind}_client", f"{kind}_client.crt", f"{kind}_client.key")
        if kind == "mqtt":
            authority.issue(PEERS, "localhost", "broker.crt", "broker.key", names=NAMES)
    stranger = Authority("stranger_ca")
    (PEERS / "stranger_ca.crt").write_bytes(pem(stranger.certificate))
    stranger.issue(PEERS, "localhost", "stranger.crt", "stranger.key", names=NAMES)


if __name__ == "__main__":
    main()
