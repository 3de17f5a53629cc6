"""The ways to log in, and what is to be said about them ahead of time. simple-salesforce asks for the token itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from atlas_sync.connectors.salesforce.settings import SalesforceSettings
from atlas_sync.errors import ConfigError

__all__ = ["credentials", "notices"]

_AHEAD = timedelta(days=45)
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


def credentials(settings: SalesforceSettings) -> dict[str, Any]:
    """Give the arguments with which simple-salesforce logs in the chosen way, always at the org's own address.

    A JWT names login or test as its audience. Source: simple-salesforce 1.12.10, SalesforceLogin; contracts/salesforce/
    recordings/errors.catalogue.json.

    Raises:
        ConfigError: the private key is none.
    """
    home = settings.instance_url.removeprefix("https://").removesuffix(".salesforce.com")
    key, secret = settings.client_id.get_secret_value(), settings.client_secret.get_secret_value()
    match settings.auth:
        case "client_credentials":
            return {"consumer_key": key, "consumer_secret": secret, "domain": home}
        case "jwt_bearer":
            return {
                "consumer_key": key,
                "username": settings.username,
                "privatekey": _checked_key(settings.private_key.get_secret_value()),
                "domain": "test" if _is_sandbox(home) else "login",
                "instance_url": home,
            }
        case "password":
            token = settings.security_token.get_secret_value()
            return {
                "consumer_key": key,
                "consumer_secret": secret,
                "username": settings.username,
                "password": settings.password.get_secret_value() + token,
                "domain": home,
            }


def notices(settings: SalesforceSettings, *, now: datetime) -> tuple[str, ...]:
    """Say what will stop the log-in one day, as sentences for the operator; nothing where nothing is known to end.

    Source: help article 000886201 of 2026-03-31 (username-password flow).

    Raises:
        ConfigError: the certificate cannot be read.
    """
    if settings.auth == "password":
        return (
            (
                "Salesforce is ending the username-password flow and blocks it in new orgs: "
                'set auth = "client_credentials" or "jwt_bearer".'
            ),
        )
    if settings.auth != "jwt_bearer":
        return ()
    ends = _certificate_end(settings)
    if ends is None or ends - now > _AHEAD:
        return ()
    when = "has ended" if ends <= now else "ends"
    return (f"The app's certificate {when} on {ends:%Y-%m-%d}: upload a new one to the app and set its private_key.",)


def _is_sandbox(home: str) -> bool:
    return ".sandbox." in home or ".scratch." in home


def _checked_key(pem: str) -> str:
    """Give a key that can sign, without what else may stand in its file."""
    try:
        is_rsa = isinstance(load_pem_private_key(pem.encode(), password=None), RSAPrivateKey)
    except (ValueError, TypeError):
        is_rsa = False
    if not is_rsa:
        message = "private_key is not an RSA private key in PEM form without a passphrase."
        raise ConfigError(message, advice="Set private_key to the key that belongs to the app's certificate.")
    return pem


def _certificate_end(settings: SalesforceSettings) -> datetime | None:
    """Tell when the app's certificate ends: the one in the file named, or beside the key; None where there is none."""
    pem = settings.private_key.get_secret_value().encode()
    try:
        found = settings.certificate.read_bytes() if settings.certificate else pem
        if settings.certificate is None and _CERTIFICATE not in found:
            return None
        return x509.load_pem_x509_certificate(found).not_valid_after_utc.astimezone(UTC)
    except (OSError, ValueError) as error:
        message = f"certificate cannot be read ({type(error).__name__})."
        raise ConfigError(message, advice="Set certificate to the PEM file that was uploaded to the app.") from None
