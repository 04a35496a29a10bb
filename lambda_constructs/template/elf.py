"""Native libraries: the processor that they are for, and the C library that they need.

https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final

HEADER: Final = 20
_ELF: Final = b"\x7fELF"
_64_BIT_LITTLE_ENDIAN: Final = b"\x02\x01"
_MACHINES: Final = {62: "x86_64", 183: "arm64"}
# https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h
_MACH_O: Final = (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_LOAD, _DYNAMIC = 1, 2  # types of segments
_STRINGS, _NEEDED = 5, 0x6FFFFFFE  # tags of the dynamic segment
_WEAK: Final = 2
_GLIBC: Final = re.compile(rb"GLIBC_2\.(\d+)(?:\.\d+)?")


def machine_of(head: bytes, name: str) -> str | None:
    """The processor that a file is for, from its first bytes; None if it is not a library or a program."""
    if head[:4] == _ELF and len(head) == HEADER:
        (machine,) = struct.unpack_from("<H" if head[5] == 1 else ">H", head, 18)
        return _MACHINES.get(machine, f"machine {machine}")
    if head[:4] in _MACH_O and name.endswith((".so", ".dylib")):
        return "macOS"
    return None


def glibc_of(content: bytes) -> int:
    """The minor version of glibc 2 that a library needs; 0 if it does not need one."""
    try:
        return max(_versions(content), default=0)
    except (struct.error, ValueError):  # a damaged library
        return 0


def _versions(content: bytes) -> Iterator[int]:
    """The versions of glibc in the table of symbol versions that the library needs."""
    if content[:6] != _ELF + _64_BIT_LITTLE_ENDIAN:
        return
    segments = list(_segments(content))
    tags = dict(_tags(content, segments))
    if _STRINGS not in tags or _NEEDED not in tags:
        return
    strings, needed = _offset(segments, tags[_STRINGS]), _offset(segments, tags[_NEEDED])
    for library in _chain(content, needed, "<HHIII"):
        _, _, _, first, _ = struct.unpack_from("<HHIII", content, library)
        for version in _chain(content, library + first, "<IHHII"):
            _, flags, _, name, _ = struct.unpack_from("<IHHII", content, version)
            start = strings + name
            found = _GLIBC.fullmatch(content[start : content.index(b"\0", start)])
            if found and not flags & _WEAK:
                yield int(found[1])


def _chain(content: bytes, at: int, entry: str) -> Iterator[int]:
    """Where the entries of a list are; the last field of each is the distance to the next."""
    yield at
    while distance := struct.unpack_from(entry, content, at)[-1]:
        at += distance
        yield at


def _segments(content: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Type, offset in the file, address and size of each segment."""
    (table,) = struct.unpack_from("<Q", content, 32)
    size, count = struct.unpack_from("<HH", content, 54)
    for number in range(count):
        kind, _, offset, address, _, length = struct.unpack_from("<IIQQQQ", content, table + number * size)
        yield kind, offset, address, length


def _tags(content: bytes, segments: list[tuple[int, int, int, int]]) -> Iterator[tuple[int, int]]:
    for kind, offset, _, length in segments:
        if kind == _DYNAMIC:
            yield from struct.iter_unpack("<QQ", content[offset : offset + length])


def _offset(segments: list[tuple[int, int, int, int]], address: int) -> int:
    """Where in the file an address is; a ValueError if it is not in the file."""
    for kind, offset, start, length in segments:
        if kind == _LOAD and start <= address < start + length:
            return offset + address - start
    raise ValueError(address)
