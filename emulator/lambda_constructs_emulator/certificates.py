"""Creates the certificates of one run."""

from pathlib import Path
from typing import Final

import trustme

AUTHORITY: Final = "authority.pem"
CERTIFICATE: Final = "server.pem"
KEY: Final = "server.key"


def write_certificates(directory: Path) -> None:
    """Create an authority and a certificate for localhost, and write them to a directory as PEM files."""
    authority = trustme.CA(organization_name="lambda_constructs emulator")
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(str(directory / AUTHORITY))
    certificate.private_key_pem.write_to_path(str(directory / KEY))
    # The chain includes the authority, because handlers trust this file.
    chain = [pem.bytes() for pem in certificate.cert_chain_pems] + [authority.cert_pem.bytes()]
    (directory / CERTIFICATE).write_bytes(b"".join(chain))
