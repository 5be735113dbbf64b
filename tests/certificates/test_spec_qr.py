"""The published format: its vectors are recomputed from what the document says."""

import json
import re
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from netral.certificates.proof.identifiers import decode_identifier, encode_identifier, read_code
from netral.certificates.proof.keys import KeyRing, make_ring
from netral.certificates.proof.payload import Claims, commit, decode_claims, decode_digits, make_qr_text, signed_message

SPEC = (Path(__file__).parents[2] / "docs" / "spec-qr.md").read_text(encoding="utf-8")
VECTORS: list[dict[str, Any]] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", SPEC, re.DOTALL)]
VALID = (VECTORS[0], VECTORS[1], VECTORS[3], VECTORS[4])


def the_keyring() -> KeyRing:
    (secret,) = re.findall(r"^`([0-9a-f]{64})`$", SPEC, re.MULTILINE)
    return make_ring(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))


def read_claims(vector: dict[str, Any]) -> Claims:
    until, version = vector["berlaku_sampai"], vector.get("versi", 1)
    more = () if version == 1 else (str(vector["jenis_diklat"] or ""), vector["dasar_jp"])
    return Claims(
        nama=vector["nama"],
        issued_on=date.fromisoformat(vector["terbit"]),
        valid_until=date.fromisoformat(until) if until else None,
        period_number=vector["nomor_periode"],
        score=vector["nilai"],
        commitment=commit(opd=vector["opd"], nomor=vector["nomor"], edition_hash=vector["edisi"], more=more),
        jp=vector.get("jp"),
        version=version,
    )


def test_there_are_three_vectors_of_each_version() -> None:
    assert [vector.get("versi", 1) for vector in VECTORS] == [1, 1, 1, 2, 2, 2]


# The digest of the three vectors as they were first published.
FIRST_VECTORS = "5e62167589a584019c558c06a03b4f29ecbdae4d3a2eb458ed340234f5b829f3"


def test_the_vectors_of_version_1_never_change() -> None:
    assert sha256(json.dumps(VECTORS[:3], ensure_ascii=False).encode()).hexdigest() == FIRST_VECTORS


@pytest.mark.parametrize("vector", VALID)
def test_a_vector_is_written_as_the_document_says(vector: dict[str, Any]) -> None:
    claims, identifier = read_claims(vector), bytes.fromhex(vector["id_heks"])
    frame = the_keyring().sign_claims(claims, identifier=identifier)

    assert encode_identifier(identifier) == vector["id"]
    assert claims.commitment.hex() == vector["komitmen_heks"]
    assert frame.payload.hex() == vector["P_heks"]
    assert frame.key_id.hex() == vector["kid_heks"]
    assert frame.signature.hex() == vector["tanda_tangan_heks"]
    assert make_qr_text(base_url=vector["teks"].split("/v/")[0], identifier=identifier, frame=frame) == vector["teks"]


@pytest.mark.parametrize("vector", VALID)
def test_a_vector_is_read_and_verified(vector: dict[str, Any]) -> None:
    assert verify(vector["teks"])
    claims = read_claims(vector)
    assert decode_claims(bytes.fromhex(vector["P_heks"]), version=claims.version) == claims


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TAIL = {3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7}


def read_by_the_document_alone(text: str, key: Ed25519PublicKey) -> list[Any]:
    """Return P of a QR text; a reader that shares no code with Netral. Raises InvalidSignature."""
    address, digits = text.split("#")
    number = 0
    for sign in address[-26:]:
        number = 32 * number + ALPHABET.index(sign)
    groups = [digits[at : at + 17] for at in range(0, len(digits), 17)]
    frame = b"".join(int(group).to_bytes(TAIL[len(group)], "big") for group in groups)
    version, key_id, payload, signature = frame[0], frame[1:5], frame[5:-64], frame[-64:]
    prefix = {1: b"netral-qr-v1\0", 2: b"netral-qr-v2\0"}[version]
    key.verify(signature, prefix + key_id + number.to_bytes(16, "big") + payload)
    claims: list[Any] = cbor2.loads(payload)
    assert len(claims) == {1: 6, 2: 7}[version]
    return claims


@pytest.mark.parametrize("vector", VALID)
def test_a_reader_of_the_document_alone_reads_the_vector(vector: dict[str, Any]) -> None:
    claims = read_by_the_document_alone(vector["teks"], the_keyring().public[0].key)

    assert (claims[0], claims[4], claims[6:]) == (
        vector["nama"],
        vector["nilai"],
        [vector["jp"]] if "jp" in vector else [],
    )


@pytest.mark.parametrize("vector", [VECTORS[2], VECTORS[5]])
def test_a_reader_of_the_document_alone_refuses_what_must_be_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(InvalidSignature):
        read_by_the_document_alone(vector["teks"], the_keyring().public[0].key)


def test_the_swapped_fragment_is_refused() -> None:
    swapped = VECTORS[2]

    assert swapped["teks"].split("#")[0] == VECTORS[1]["teks"].split("#")[0]
    assert swapped["teks"].split("#")[1] == VECTORS[0]["teks"].split("#")[1]
    assert not verify(swapped["teks"])


def test_claims_of_version_1_that_pass_for_version_2_are_refused() -> None:
    relabelled, original = VECTORS[5], VECTORS[0]

    assert relabelled["teks"].split("#")[0] == original["teks"].split("#")[0]
    assert decode_digits(relabelled["teks"].split("#")[1]) == replace(
        decode_digits(original["teks"].split("#")[1]), version=2
    )
    assert not verify(relabelled["teks"])


def verify(text: str) -> bool:
    code = read_code(text)
    frame = decode_digits(code.digits or "")
    identifier = decode_identifier(code.public_id)
    message = signed_message(version=frame.version, key_id=frame.key_id, identifier=identifier, payload=frame.payload)
    return the_keyring().verify(frame.key_id, frame.signature, message)
