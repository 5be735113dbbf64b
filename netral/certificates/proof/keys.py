"""Ed25519 keys that sign certificates: made once, kept as files outside the database, published as a JWKS."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from netral.certificates.proof.payload import (
    KEY_ID_BYTES,
    Claims,
    Frame,
    encode_claims,
    encode_digits,
    signed_message,
)
from netral.errors import NetralError

SIGNING_KEY = "certificate-signing.pem"
PUBLIC_KEYS = "certificate-public-*.pem"


class NoSigningKey(NetralError):
    """There is no key to sign with; `flask key make` makes one."""


class SigningKeyExists(NetralError):
    """There is a signing key already (the argument is its path); it is never overwritten."""


class UnusableKey(NetralError):
    """A key file (the argument) that cannot be read as an Ed25519 key."""


class ExposedKey(NetralError):
    """A signing key (the argument is its path) can be read by every user of the machine."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key to verify with. `thumbprint` is that of RFC 7638, 32 raw bytes."""

    key: Ed25519PublicKey
    thumbprint: bytes

    @property
    def key_id(self) -> bytes:
        """Return the short form used in a QR code; not critical for security, so every key with it is tried."""
        return self.thumbprint[:KEY_ID_BYTES]


@dataclass(frozen=True, slots=True, eq=False)
class KeyRing:
    """Every public key ever used, and the one private key that signs now, if this process may sign.

    Key rings are compared by identity, because verified records are cached by it.
    """

    public: tuple[PublicKey, ...]
    private: Ed25519PrivateKey | None = None

    @property
    def signing_key_id(self) -> bytes:
        """Return the id of the key that `sign` uses; raises NoSigningKey."""
        return identify(self.signing_key().public_key()).key_id

    def sign(self, message: bytes) -> bytes:
        """Return a signature of 64 bytes; raises NoSigningKey."""
        return self.signing_key().sign(message)

    def sign_claims(self, claims: Claims, *, identifier: bytes) -> Frame:
        """Sign claims for one identifier. Raises NoSigningKey, and PayloadTooLong if no QR code can carry the frame."""
        payload, key_id, version = encode_claims(claims), self.signing_key_id, claims.version
        message = signed_message(version=version, key_id=key_id, identifier=identifier, payload=payload)
        frame = Frame(key_id, payload, self.sign(message), version)
        encode_digits(frame)
        return frame

    def signing_key(self) -> Ed25519PrivateKey:
        if self.private is None:
            raise NoSigningKey
        return self.private

    def knows(self, key_id: bytes) -> bool:
        return any(key.key_id == key_id for key in self.public)

    def verify(self, key_id: bytes, signature: bytes, message: bytes) -> bool:
        return any(fits(key.key, signature, message) for key in self.public if key.key_id == key_id)

    def as_jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return /.well-known/jwks.json (RFC 7517, RFC 8037). The QR code names a key by 4 bytes of its `kid`."""
        return {
            "keys": [
                describe(key.key) | {"kid": encode_base64url(key.thumbprint), "use": "sig", "alg": "EdDSA"}
                for key in self.public
            ]
        }


def fits(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def identify(key: Ed25519PublicKey) -> PublicKey:
    """Return the SHA-256 of the required members in lexicographic order, without blanks (RFC 7638)."""
    text = json.dumps(describe(key), sort_keys=True, separators=(",", ":"))
    return PublicKey(key, hashlib.sha256(text.encode()).digest())


def describe(key: Ed25519PublicKey) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": encode_base64url(key.public_bytes_raw())}


def encode_base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make_ring(private: Ed25519PrivateKey | None, retired: tuple[Ed25519PublicKey, ...] = ()) -> KeyRing:
    """Return the signing key first, if any, then the retired keys in the order of their thumbprints; each once."""
    current = [identify(private.public_key())] if private else []
    others = {key.thumbprint: key for key in map(identify, retired)}
    for key in current:
        others.pop(key.thumbprint, None)
    return KeyRing((*current, *(others[thumbprint] for thumbprint in sorted(others))), private)


def make_key(secrets_dir: Path) -> PublicKey:
    """Make the signing key (0600 in a 0700 directory) and its public half; raises SigningKeyExists."""
    secrets_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    secrets_dir.chmod(0o700)
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_once(secrets_dir / SIGNING_KEY, pem, mode=0o600)
    made = identify(private.public_key())
    public_pem = made.key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    write_once(secrets_dir / PUBLIC_KEYS.replace("*", made.thumbprint.hex()[:16]), public_pem, mode=0o644)
    return made


def write_once(path: Path, content: bytes, *, mode: int) -> None:
    """Write a new file (O_EXCL) that gets its name by a link: whole or not at all, and never over an existing one."""
    fresh = path.with_name(f".{path.name}.{uuid4().hex}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)
    except FileExistsError as error:
        raise SigningKeyExists(path) from error
    finally:
        fresh.unlink()


def load_keys(secrets_dir: Path) -> KeyRing:
    """Read every key; raises UnusableKey, ExposedKey. Makes nothing: a web process never makes keys.

    Without a signing key the ring can still verify; `sign` then raises NoSigningKey.
    """
    path = secrets_dir / SIGNING_KEY
    private = read_private_key(path) if path.is_file() else None
    retired = tuple(read_public_key(found) for found in sorted(secrets_dir.glob(PUBLIC_KEYS)))
    return make_ring(private, retired)


def read_private_key(path: Path) -> Ed25519PrivateKey:
    if path.stat().st_mode & 0o007:
        raise ExposedKey(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise UnusableKey(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKey(path)
    return key


def read_public_key(path: Path) -> Ed25519PublicKey:
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except ValueError as error:
        raise UnusableKey(path) from error
    if not isinstance(key, Ed25519PublicKey):
        raise UnusableKey(path)
    return key
