"""Sealed texts in the database: a stolen copy or backup does not open them without the folder of secrets."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from netral.errors import NetralError

NONCE_BYTES = 12
SECOND_FACTOR = b"netral second factor"
KEPT_FORM = b"netral kept form"
SEARCH = b"netral search"


class SealBroken(NetralError):
    """The text was sealed with another key or for somebody else, or has been altered since."""


def derive_key(secret: str, purpose: bytes = SECOND_FACTOR) -> bytes:
    """Derive an AES-256 key by HKDF (RFC 5869) from the secret that is kept in a file beside the database.

    A text sealed for one purpose does not open with the key of another.
    """
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode())


def seal(text: str, *, key: bytes, owner: int, nonce: bytes) -> bytes:
    """Only for its owner: a row copied to another person does not open. `nonce` is 12 bytes, never the same again."""
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), str(owner).encode())


def unseal(sealed: bytes, *, key: bytes, owner: int) -> str:
    """Return the text that was sealed; raises SealBroken."""
    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    if len(nonce) < NONCE_BYTES:
        raise SealBroken
    try:
        return AESGCM(key).decrypt(nonce, rest, str(owner).encode()).decode()
    except InvalidTag as fact:
        raise SealBroken from fact
