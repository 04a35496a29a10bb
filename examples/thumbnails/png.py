"""Writes and reads just enough of PNG to make pictures and to recognize their thumbnails."""

import struct
import zlib

Color = tuple[int, int, int]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def picture(width: int, height: int, color: Color) -> bytes:
    """A picture in one color."""
    row = b"\0" + bytes(color) * width
    return _png(width, height, zlib.compress(row * height))


def bomb(width: int, height: int) -> bytes:
    """A small file whose header claims this size."""
    return _png(width, height, zlib.compress(b"\0"))


def _png(width: int, height: int, data: bytes) -> bytes:
    # Eight bits for each of red, green and blue, not interlaced.
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def read(data: bytes) -> tuple[int, int, Color]:
    """Width, height and the color of the first pixel of a picture from `picture`, scaled or not.

    Raises:
        ValueError: The data is not such a picture.
    """
    chunks = _chunks(data)
    width, height, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if rest != [8, 2, 0, 0, 0]:
        raise ValueError("not a picture of eight bits for each of red, green and blue")
    # All filters store the first pixel of the first row unchanged, because it has no neighbors.
    red, green, blue = zlib.decompress(chunks[b"IDAT"])[1:4]
    return width, height, (red, green, blue)


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """The content of all chunks by type, joined."""
    if not data.startswith(_SIGNATURE):
        raise ValueError("not a PNG")
    found: dict[bytes, bytes] = {}
    position = len(_SIGNATURE)
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        found[kind] = found.get(kind, b"") + data[position + 8 : position + 8 + length]
        position += length + 12
    return found
