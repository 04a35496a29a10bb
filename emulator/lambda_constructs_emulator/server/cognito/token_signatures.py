"""Signs the tokens of user pools, and verifies them for the authorizers of APIs.

ministack needs the package cryptography for it, which the server does not have: without it, its tokens have
no valid signature, and APIs refuse all of them. With it, ministack keeps a private key in a directory that
all servers share, and each server starts later and needs twice the memory. It gets the keys over HTTP, which
the server does not speak, so most of this module would stay.
Here all pools have one RSA key, which is created for the run. The tokens of other issuers are refused,
because their keys are elsewhere, and the server connects to nothing outside of this machine.

    https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
    https://datatracker.ietf.org/doc/html/rfc8017#section-8.2
"""

import hashlib
import json
import os
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from ..core import hooks

Document = Mapping[str, Any]

_cognito = hooks.module("services.cognito")
_http_apis = hooks.module("services.apigateway")
_apis = (_http_apis, hooks.module("services.apigateway_v1"))
_published: dict[str, str] = hooks.attribute(_cognito, "_JWKS_KEY")

_FILE: Final = "tokens.key"
_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
"""The prefix of a SHA-256 digest in a signature."""
_JWKS: Final = "/.well-known/jwks.json"


@dataclass(frozen=True)
class _Key:
    """An RSA key."""

    modulus: int
    exponent: int
    private: int

    @classmethod
    def of(cls, pem: str) -> Self:
        """Read a private key: a list of integers, with its version first."""
        der = b64decode("".join(line for line in pem.splitlines() if not line.startswith("-----")))
        return cls(*[*_integers(_element(der)[1])][1:4])

    def sign(self, text: bytes) -> bytes:
        return pow(self._padded(text), self.private, self.modulus).to_bytes(self.size)

    def has_signed(self, text: bytes, signature: bytes) -> bool:
        return pow(int.from_bytes(signature), self.exponent, self.modulus) == self._padded(text)

    @property
    def size(self) -> int:
        return (self.modulus.bit_length() + 7) // 8

    def _padded(self, text: bytes) -> int:
        info = _DIGEST_INFO + hashlib.sha256(text).digest()
        return int.from_bytes(b"\x00\x01" + b"\xff" * (self.size - len(info) - 3) + b"\x00" + info)


def _integers(der: bytes) -> Iterator[int]:
    while der:
        header, content = _element(der)
        yield int.from_bytes(content)
        der = der[len(header) + len(content) :]


def _element(der: bytes) -> tuple[bytes, bytes]:
    """The first element: its type with its length, and its content. A long length has a length itself."""
    size = der[1] & 0x7F if der[1] & 0x80 else 0
    header = der[: 2 + size]
    length = int.from_bytes(header[2:]) if size else der[1]
    return header, der[len(header) : len(header) + length]


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@cache
def _key() -> _Key:
    """The key, which is published when it is first used."""
    key = _Key.of(Path(os.environ["MINISTACK_SSL_KEY"]).with_name(_FILE).read_text())
    _published.update(n=_text(key.modulus.to_bytes(key.size)), e=_text(key.exponent.to_bytes(3)))
    return key


def install() -> None:
    """Sign and verify here.

    Raises:
        hooks.HookError: ministack signs or verifies tokens in another way now.
    """
    hooks.wrap(_cognito, "_signed_jwt", _signed)
    hooks.wrap(_http_apis, "_fetch_oidc_jwks_uri", _not_asked)
    for module in _apis:
        hooks.wrap(module, "_fetch_jwks", _keys)
        hooks.wrap(module, "_verify_rs256_signature", _verified)


def _signed(_original: Callable[..., str], claims: Document, *_pool: object) -> str:
    header = {"alg": "RS256", "kid": _published["kid"]}
    signed = ".".join(_text(json.dumps(each).encode()) for each in (header, claims))
    return f"{signed}.{_text(_key().sign(signed.encode()))}"


async def _not_asked(_original: object, _issuer: str) -> None:
    """The address of the keys of another issuer, which is not asked."""


async def _keys(_original: object, url: str) -> Document:
    """The key of a user pool; no keys of another issuer."""
    is_pool = url.startswith("http://localhost:") and url.endswith(_JWKS)
    return {"keys": [_published] if is_pool else []}


def _verified(_original: Callable[..., bool], token: str, key: Document) -> bool:
    signed, _, signature = token.rpartition(".")
    return key == _published and _key().has_signed(signed.encode(), _bytes(signature))
