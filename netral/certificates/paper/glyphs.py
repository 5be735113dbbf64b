"""Which characters a font file has, read from its `cmap` table: the libraries that know it are too large to keep."""

from struct import Struct, unpack_from

# Segments of two bytes a character, and groups of four.
SEGMENTS, GROUPS = 4, 12
TABLE = Struct(">4s4xI4x")
ENCODING = Struct(">4xI")
GROUP = Struct(">II4x")


def read_code_points(font: bytes) -> frozenset[int]:
    """Of a TrueType file (OpenType 1.9, cmap), from its tables of format 4 and 12."""
    (tables,) = unpack_from(">4xH", font)
    places = dict(TABLE.iter_unpack(font[12 : 12 + tables * TABLE.size]))
    cmap = font[places[b"cmap"] :]
    (count,) = unpack_from(">2xH", cmap)
    found: set[int] = set()
    for (place,) in ENCODING.iter_unpack(cmap[4 : 4 + count * ENCODING.size]):
        (kind,) = unpack_from(">H", cmap, place)
        if kind == SEGMENTS:
            found |= read_segments(cmap[place:])
        elif kind == GROUPS:
            found |= read_groups(cmap[place:])
    return frozenset(found)


def read_segments(table: bytes) -> set[int]:
    (doubled,) = unpack_from(">6xH", table)
    count = doubled // 2
    ends = unpack_from(f">{count}H", table, 14)
    starts = unpack_from(f">{count}H", table, 16 + doubled)
    deltas = unpack_from(f">{count}H", table, 16 + 2 * doubled)
    offsets = unpack_from(f">{count}H", table, 16 + 3 * doubled)
    found = set()
    for segment, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for point in range(start, min(end, 0xFFFE) + 1):
            glyph = point
            if offset:
                (glyph,) = unpack_from(">H", table, 16 + 3 * doubled + 2 * segment + offset + 2 * (point - start))
            if (glyph + delta) % 0x10000 and glyph:
                found.add(point)
    return found


def read_groups(table: bytes) -> set[int]:
    (count,) = unpack_from(">12xI", table)
    groups = GROUP.iter_unpack(table[16 : 16 + count * GROUP.size])
    return {point for start, end in groups for point in range(start, end + 1)}
