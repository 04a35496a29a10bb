"""Creates the certificates of one run."""

from pathlib import Path

import trustme


def write_certificates(authority: Path, certificate: Path, key: Path) -> None:
    """Create an authority and a certificate for localhost, and write them as PEM files.

    Args:
        authority: the certificate of the authority, which clients trust.
        certificate: the certificate of the server.
        key: the private key of the server.
    """
    created = trustme.CA(organization_name="lambda_constructs emulator")
    issued = created.issue_cert("localhost", "127.0.0.1")
    created.cert_pem.write_to_path(str(authority))
    issued.private_key_pem.write_to_path(str(key))
    # The chain includes the authority, because handlers trust this file.
    chain = [pem.bytes() for pem in issued.cert_chain_pems] + [created.cert_pem.bytes()]
    certificate.write_bytes(b"".join(chain))
