"""Freezing claims into a signed frame."""

from netral.certificates.proof.keys import KeyRing
from netral.certificates.proof.payload import Claims, Frame, encode_claims, encode_digits, signed_message


def sign_claims(claims: Claims, *, identifier: bytes, keyring: KeyRing) -> Frame:
    """Sign for one identifier; raises NoSigningKey, and PayloadTooLong before anything is stored that has no QR."""
    payload = encode_claims(claims)
    key_id = keyring.signing_key_id
    signature = keyring.sign(signed_message(key_id=key_id, identifier=identifier, payload=payload))
    frame = Frame(key_id, payload, signature)
    encode_digits(frame)
    return frame
