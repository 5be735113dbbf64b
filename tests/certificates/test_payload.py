"""The payload: one canonical form, and a reader that takes nothing else."""

from contextlib import suppress
from dataclasses import replace
from datetime import date

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.certificates.proof.payload import (
    BadPayload,
    Claims,
    Frame,
    PayloadTooLong,
    commit,
    decode_claims,
    decode_digits,
    encode_claims,
    encode_digits,
    make_qr_text,
)
from tests.certificates.samples import BASE_URL, IDENTIFIER, make_claims, make_digits, make_frame
from tests.measuring import measure

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)
days = st.dates(date(1970, 1, 2))
claim_sets = st.builds(
    Claims,
    nama=names,
    issued_on=days,
    valid_until=st.none() | days,
    period_number=st.integers(1, 2**31 - 1),
    score=st.none() | st.integers(0, 100),
    commitment=st.binary(min_size=8, max_size=8),
    jp=st.none() | st.integers(1, 99),
)
frames = st.builds(
    Frame,
    key_id=st.binary(min_size=4, max_size=4),
    payload=st.binary(min_size=1, max_size=300),
    signature=st.binary(min_size=64, max_size=64),
    version=st.sampled_from([1, 2]),
)


def decode(payload: bytes) -> Claims:
    return decode_claims(payload, version=2)


@given(claim_sets)
def test_claims_survive_their_encoding(claims: Claims) -> None:
    payload = encode_claims(claims)

    assert encode_claims(decode(payload)) == payload
    assert replace(decode(payload), nama=claims.nama) == claims


@given(claim_sets)
def test_claims_of_version_1_survive_their_encoding_too(claims: Claims) -> None:
    first = replace(claims, version=1, jp=None)
    payload = encode_claims(first)

    assert replace(decode_claims(payload, version=1), nama=claims.nama) == first
    with pytest.raises(BadPayload):
        decode(payload)


def test_version_1_has_no_place_for_jp() -> None:
    with pytest.raises(ValueError, match="JP"):
        encode_claims(make_claims(version=1, jp=3))


@given(
    st.integers().filter(lambda jp: not 1 <= jp <= 99)
    | st.booleans()
    | st.floats(allow_nan=False)
    | st.text(max_size=3)
    | st.binary(max_size=3)
    | st.lists(st.integers(), max_size=2)
)
def test_no_other_jp_is_read(jp: object) -> None:
    array = cbor2.loads(encode_claims(make_claims()))
    array[6] = jp

    with pytest.raises(BadPayload):
        decode(cbor2.dumps(array, canonical=True))


@given(frames)
def test_a_frame_survives_its_digits(frame: Frame) -> None:
    digits = encode_digits(frame)

    assert digits.isdigit()
    assert decode_digits(digits) == frame


def test_a_name_is_written_composed() -> None:
    decomposed = make_claims(nama="Rene\u0301")

    assert decode(encode_claims(decomposed)).nama == "Ren\u00e9"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, ""),
        (0, b"Siti"),
        (0, "Rene\u0301"),
        (1, 0),
        (1, -1),
        (1, True),
        (1, 21_671.0),
        (1, 10**7),
        (2, -1),
        (2, None),
        (3, 0),
        (3, "3"),
        (4, 101),
        (4, -1),
        (4, 84.5),
        (5, b"1234567"),
        (5, b"123456789"),
        (5, "12345678"),
        (6, 0),
        (6, 100),
    ],
)
def test_a_claim_of_another_kind_is_refused(place: int, value: object) -> None:
    array = cbor2.loads(encode_claims(make_claims()))
    array[place] = value

    with pytest.raises(BadPayload):
        decode(cbor2.dumps(array, canonical=True))


@pytest.mark.parametrize("spoil", ["trailing", "long integer", "indefinite", "eight", "six", "map", "tag", "cut"])
def test_any_other_encoding_is_refused(spoil: str) -> None:
    payload = encode_claims(make_claims())
    array = cbor2.loads(payload)
    spoilt = {
        "trailing": payload + b"\x00",
        "long integer": payload.replace(b"\x03\x18\x55", b"\x18\x03\x18\x55"),
        "indefinite": b"\x9f" + payload[1:] + b"\xff",
        "eight": cbor2.dumps([*array, None]),
        "six": cbor2.dumps(array[:6]),
        "map": cbor2.dumps(dict(enumerate(array))),
        "tag": b"\xd9\xd9\xf7" + payload,
        "cut": payload[:-1],
    }[spoil]

    assert spoilt != payload
    with pytest.raises(BadPayload):
        decode(spoilt)


@given(st.binary(max_size=200))
def test_reading_claims_fails_in_one_way_only(payload: bytes) -> None:
    with suppress(BadPayload):
        assert encode_claims(decode(payload)) == payload


@given(st.text(st.sampled_from("0123456789"), max_size=400))
def test_reading_digits_is_canonical_or_refused(digits: str) -> None:
    with suppress(BadPayload):
        assert encode_digits(decode_digits(digits)) == digits


@pytest.mark.parametrize("length", [1, 2, 4, 6, 7, 9, 11, 12, 14, 16])
def test_a_tail_of_an_impossible_length_is_refused(length: int) -> None:
    whole = make_digits()[: 17 * 10]

    with pytest.raises(BadPayload):
        decode_digits(whole + "0" * length)


@pytest.mark.parametrize(("tail", "size"), [(3, 1), (5, 2), (8, 3), (10, 4), (13, 5), (15, 6), (17, 7)])
def test_a_group_that_is_too_large_is_refused(tail: int, size: int) -> None:
    whole = make_digits()[: 17 * 11]

    assert decode_digits(whole + str(256**size - 1).zfill(tail)).signature.endswith(b"\xff" * size)
    with pytest.raises(BadPayload):
        decode_digits(whole + str(256**size).zfill(tail))


@pytest.mark.parametrize(
    "digits", ["", "1" * 1001, "+" + "1" * 16, "\u0661" * 17, "1" * 16 + " ", "0" * 17, "12_345678901234567"]
)
def test_a_text_that_is_not_all_digits_is_refused(digits: str) -> None:
    with pytest.raises(BadPayload):
        decode_digits(digits)


@pytest.mark.parametrize("version", [0, 3, 255])
def test_an_unknown_version_is_refused(version: int) -> None:
    digits = make_digits()
    first = int(digits[:17]).to_bytes(7, "big")
    spoilt = str(int.from_bytes(bytes([version]) + first[1:], "big")).zfill(17)

    with pytest.raises(BadPayload, match="version"):
        decode_digits(spoilt + digits[17:])


def test_a_frame_without_claims_is_refused() -> None:
    with pytest.raises(BadPayload, match="length"):
        decode_digits(encode_digits(Frame(bytes(4), b"", bytes(64))))


def test_claims_that_no_qr_text_can_carry_are_refused() -> None:
    with pytest.raises(PayloadTooLong):
        make_frame(make_claims(nama="S" * 350))


def test_the_longest_name_of_a_roster_fits() -> None:
    assert len(make_digits(make_claims(nama="S" * 200))) < 1000


def test_a_commitment_cannot_be_shifted_between_fields() -> None:
    with pytest.raises(ValueError, match="line break"):
        commit(opd="Dinas\nKesehatan", nomor="1", edition_hash="ab")


def test_the_qr_text_is_lower_case_but_for_the_identifier() -> None:
    text = make_qr_text(base_url=BASE_URL + "/", identifier=IDENTIFIER, frame=make_frame())
    address, _, digits = text.partition("#")

    assert address == f"{BASE_URL}/v/014D2PF2DBSQQZXQ5TK1V58CGG"
    assert decode_digits(digits) == make_frame()


# CBOR that claims to be large, or becomes large when a lenient reader evaluates its tags.
LARGE = (
    *(head + b"\x7f\xff\xff\xff" for head in (b"\x5a", b"\x7a", b"\x9a", b"\xba")),  # bytes, text, array, map
    *(head + bytes(3) + b"\xff" * 5 for head in (b"\x5b", b"\x7b", b"\x9b", b"\xbb")),
    *(head * 400 for head in (b"\x81", b"\x9f", b"\xa1\x00", b"\xc1")),
    b"\xc5\x82\x1a\x7f\xff\xff\xff\x01",  # 1 times 2 to the power of 2,147,483,647
    b"\xc4\x82\x1a\x7f\xff\xff\xff\x01",
    b"\xd8\x1c\x81\xd8\x1d\x00",  # a list that holds itself
    b"\xd8\x23\x78\x12(a+)+$(a+)+$(a+)+$",
)


def decode_large(_: bytes) -> None:
    for payload in LARGE:
        with pytest.raises(BadPayload):
            decode(payload)


def test_a_payload_that_says_it_is_large_costs_little() -> None:
    cost = measure("tests.certificates.test_payload:decode_large", b"")

    assert cost.fact == "read"
    assert cost.bounded, cost
