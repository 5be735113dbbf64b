"""Keys: made once, never overwritten, readable by nobody else."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from netral.certificates.proof.keys import (
    SIGNING_KEY,
    ExposedKey,
    KeyRing,
    NoSigningKey,
    SigningKeyExists,
    UnusableKey,
    load_keys,
    make_key,
    make_ring,
)
from tests.certificates.samples import OTHER_SEED, SEED, make_keyring

RFC_8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_made_key_is_loaded_and_signs(tmp_path: Path) -> None:
    made = make_key(tmp_path / "secrets")
    ring = load_keys(tmp_path / "secrets")

    assert ring.signing_key_id == made.key_id
    assert ring.verify(made.key_id, ring.sign(b"isi"), b"isi")
    assert not ring.verify(made.key_id, ring.sign(b"isi"), b"lain")


def test_only_the_owner_can_read_a_key(tmp_path: Path) -> None:
    make_key(tmp_path / "secrets")

    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "secrets" / SIGNING_KEY).stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    made = make_key(tmp_path)

    with pytest.raises(SigningKeyExists):
        make_key(tmp_path)
    assert load_keys(tmp_path).signing_key_id == made.key_id
    assert not list(tmp_path.glob(".*"))


def test_without_a_key_nothing_is_made_and_nothing_signed(tmp_path: Path) -> None:
    ring = load_keys(tmp_path / "secrets")

    assert (ring.public, ring.private) == ((), None)
    with pytest.raises(NoSigningKey):
        ring.sign(b"isi")
    assert not (tmp_path / "secrets").exists()


def test_a_key_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    make_key(tmp_path)
    (tmp_path / SIGNING_KEY).chmod(0o644)

    with pytest.raises(ExposedKey):
        load_keys(tmp_path)


@pytest.mark.parametrize("spoil", ["empty", "other kind"])
def test_a_file_that_holds_no_ed25519_key_is_refused(tmp_path: Path, spoil: str) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / SIGNING_KEY).write_bytes(b"" if spoil == "empty" else other)
    (tmp_path / SIGNING_KEY).chmod(0o600)

    with pytest.raises(UnusableKey):
        load_keys(tmp_path)


def test_a_retired_key_still_verifies(tmp_path: Path) -> None:
    retired = make_key(tmp_path)
    old_ring = load_keys(tmp_path)
    (tmp_path / SIGNING_KEY).rename(tmp_path / "retired.pem")
    current = make_key(tmp_path)
    ring = load_keys(tmp_path)

    assert ring.verify(retired.key_id, old_ring.sign(b"isi"), b"isi")
    assert [key.key_id for key in ring.public] == [current.key_id, retired.key_id]


def test_the_thumbprint_is_that_of_rfc_8037() -> None:
    (described,) = make_keyring().as_jwks()["keys"]

    assert described["kid"] == RFC_8037_THUMBPRINT
    assert described["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert make_keyring().signing_key_id.hex() == "90facafe"


def test_the_public_list_holds_no_secret() -> None:
    ring = make_ring(
        Ed25519PrivateKey.from_private_bytes(SEED), (Ed25519PrivateKey.from_private_bytes(OTHER_SEED).public_key(),)
    )

    assert len(ring.as_jwks()["keys"]) == 2
    assert all(set(key) == {"crv", "kty", "x", "kid", "use", "alg"} for key in ring.as_jwks()["keys"])


def test_public_keys_alone_cannot_sign() -> None:
    with pytest.raises(NoSigningKey):
        KeyRing(make_keyring().public).sign(b"isi")


def test_an_unknown_key_confirms_nothing() -> None:
    ring, other = make_keyring(), make_keyring(OTHER_SEED)

    assert not ring.knows(other.signing_key_id)
    assert not ring.verify(other.signing_key_id, other.sign(b"isi"), b"isi")
