"""The certificate that the app of the stand-in holds, and the signed assertions that it accepts for a log-in.

The key is made when it is asked for, so that none is kept anywhere. Times are those of the real clock, by which a client
signs, whatever the time of the world. Source: help, OAuth 2.0 JWT Bearer Flow; RFC 7519; errors.catalogue.json.
"""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from functools import cached_property

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

__all__ = ["CLIENT_ID", "USERNAME", "Signer", "TokenError"]

CLIENT_ID = "3MVG9sandbox.atlas-sync.invented-consumer-key"
"""The invented client of the stand-in."""

USERNAME = "atlas.integration@tidemark.example"
"""The user whom the client may log in as, by an assertion or a password."""

_AUDIENCE = "https://login.salesforce.com"
_LONGEST_S = 300


class TokenError(Exception):
    """A token was refused, in OAuth's words."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class Signer:
    """The key pair of the app."""

    @cached_property
    def _key(self) -> RSAPrivateKey:
        return generate_private_key(65537, 2048)

    @property
    def private_key(self) -> str:
        """The key with which a client signs, as PEM."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def certificate(self, *, ends: datetime) -> str:
        """Give the certificate that was uploaded to the app, as PEM."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "atlas-sync.tidemark.example")])
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self._key.public_key())
        made = made.serial_number(1).not_valid_before(ends - timedelta(days=365)).not_valid_after(ends)
        return made.sign(self._key, SHA256()).public_bytes(Encoding.PEM).decode()

    def check(self, assertion: str) -> None:
        """Check a signed assertion.

        Raises:
            TokenError: it is not signed by the app's key, or says something else than it must.
        """
        try:
            head, claims, signature = assertion.split(".")
            header, said = json.loads(_decode(head)), json.loads(_decode(claims))
            if header.get("alg") != "RS256":
                raise TokenError("invalid_grant", "invalid assertion")
            self._key.public_key().verify(_decode(signature), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
            ends = datetime.fromtimestamp(int(said["exp"]), UTC).timestamp()
        except (ValueError, KeyError, AttributeError, InvalidSignature):
            raise TokenError("invalid_grant", "invalid assertion") from None
        _check_claims(said, ends=ends)


def _check_claims(said: dict[str, object], *, ends: float) -> None:
    if said.get("iss") != CLIENT_ID:
        raise TokenError("invalid_client_id", "client identifier invalid")
    if said.get("aud") != _AUDIENCE:
        raise TokenError("invalid_grant", "audience is invalid")
    if not time.time() < ends <= time.time() + _LONGEST_S:
        raise TokenError("invalid_grant", "expired authorization code")
    if said.get("sub") != USERNAME:
        raise TokenError("invalid_grant", "user hasn't approved this consumer")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
