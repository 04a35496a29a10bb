"""Creates the certificates and keys of one run."""

from pathlib import Path
from typing import Final

import trustme

AUTHORITY: Final = "authority.pem"
CERTIFICATE: Final = "server.pem"
KEY: Final = "server.key"
TOKENS: Final = "tokens.key"


def write_certificates(directory: Path) -> None:
    """Create an authority, a certificate for localhost and a key for tokens, and write them as PEM files."""
    authority = trustme.CA(organization_name="lambda_constructs emulator")
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(str(directory / AUTHORITY))
    certificate.private_key_pem.write_to_path(str(directory / KEY))
    # The chain includes the authority, because handlers trust this file.
    chain = [pem.bytes() for pem in certificate.cert_chain_pems] + [authority.cert_pem.bytes()]
    (directory / CERTIFICATE).write_bytes(b"".join(chain))
    tokens = authority.issue_cert("tokens", key_type=trustme.KeyType.RSA)
    tokens.private_key_pem.write_to_path(str(directory / TOKENS))
