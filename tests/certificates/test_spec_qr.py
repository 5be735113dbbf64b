"""The published format: its vectors are recomputed from what the document says."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from netral.certificates.proof.identifiers import decode_identifier, encode_identifier, read_code
from netral.certificates.proof.keys import KeyRing, make_ring
from netral.certificates.proof.payload import Claims, commit, decode_claims, decode_digits, make_qr_text, signed_message

SPEC = (Path(__file__).parents[2] / "docs" / "spec-qr.md").read_text(encoding="utf-8")
VECTORS: list[dict[str, Any]] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", SPEC, re.DOTALL)]
VALID = VECTORS[:2]


def the_keyring() -> KeyRing:
    (secret,) = re.findall(r"^`([0-9a-f]{64})`$", SPEC, re.MULTILINE)
    return make_ring(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))


def read_claims(vector: dict[str, Any]) -> Claims:
    until = vector["berlaku_sampai"]
    return Claims(
        nama=vector["nama"],
        issued_on=date.fromisoformat(vector["terbit"]),
        valid_until=date.fromisoformat(until) if until else None,
        period_number=vector["nomor_periode"],
        score=vector["nilai"],
        commitment=commit(opd=vector["opd"], nomor=vector["nomor"], edition_hash=vector["edisi"]),
    )


def test_there_are_three_vectors() -> None:
    assert len(VECTORS) == 3


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
    assert decode_claims(bytes.fromhex(vector["P_heks"])) == read_claims(vector)


def test_the_swapped_fragment_is_refused() -> None:
    swapped = VECTORS[2]

    assert swapped["teks"].split("#")[0] == VECTORS[1]["teks"].split("#")[0]
    assert swapped["teks"].split("#")[1] == VECTORS[0]["teks"].split("#")[1]
    assert not verify(swapped["teks"])


def verify(text: str) -> bool:
    code = read_code(text)
    frame = decode_digits(code.digits or "")
    identifier = decode_identifier(code.public_id)
    message = signed_message(key_id=frame.key_id, identifier=identifier, payload=frame.payload)
    return the_keyring().verify(frame.key_id, frame.signature, message)
