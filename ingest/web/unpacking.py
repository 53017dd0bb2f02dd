"""A page's bytes, collected and unpacked, never more than a limit of either.

A few bytes can unpack to gigabytes, so unpacking stops at the limit and not after it. Only gzip is
asked for; other encodings, and one inside of another, are refused rather than unpacked.
"""

import zlib
from collections.abc import Iterable

from ingest.errors import ReadError

ASKED_FOR = "gzip"
_SAVE_IT = "save the page from your browser and add the file"
_UNPACKED = ("gzip", "x-gzip", "deflate")
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_GZIP = b"\x1f\x8b"


def collected(pieces: Iterable[bytes], encoding: str, most_bytes: int) -> bytes:
    """The whole of a body that comes in pieces, its content encoding undone.

    `encoding` is the value of the Content-Encoding header, or empty. Raises `ReadError` if the
    encoding is unknown, what it holds is damaged or cut short, or there are more than
    `most_bytes`, packed or unpacked.
    """
    inflater = _Inflater() if _packed(encoding) else None
    received = 0
    whole = bytearray()
    for piece in pieces:
        received += len(piece)
        room = most_bytes - len(whole)
        whole += inflater.unpack(piece, room + 1) if inflater else piece
        if max(received, len(whole)) > most_bytes:
            raise too_large(most_bytes)
    if inflater and received and not inflater.complete:
        raise cut_short("its packed form has no end")
    return bytes(whole)


def too_large(most_bytes: int) -> ReadError:
    """The refusal of a page of more than `most_bytes`."""
    return ReadError(
        f"it has more than {most_bytes / 1e6:,.1f} MB",
        "allow more with ATTEST_MAX_FILE_MB, or save the part that you need and add the file",
    )


def cut_short(why: object) -> ReadError:
    """The refusal of a page of which only a part came."""
    return ReadError(f"it was cut short ({why})", f"try again; if it happens again, {_SAVE_IT}")


class _Inflater:
    """Unpacks gzip, of any number of members, and zlib."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._rest = b""

    @property
    def complete(self) -> bool:
        return self._member.eof

    def unpack(self, packed: bytes, most: int) -> bytes:
        """What the next bytes unpack to, or its first `most` bytes."""
        packed = self._rest + packed
        self._rest = b""
        whole = bytearray()
        while packed and len(whole) < most:
            if self._member.eof:
                if packed == _GZIP[:1]:
                    self._rest = packed
                if not packed.startswith(_GZIP):
                    break  # padding
                self._member = zlib.decompressobj(_GZIP_OR_ZLIB)
            try:
                whole += self._member.decompress(packed, most - len(whole))
            except zlib.error as error:
                raise ReadError(f"it cannot be unpacked ({error})", _SAVE_IT) from error
            packed = self._member.unused_data
        return bytes(whole)


def _packed(encoding: str) -> bool:
    """Whether the body is packed. Raises `ReadError` if it is so in a way that isn't undone."""
    codings = [coding.strip() for coding in encoding.lower().split(",")]
    codings = [coding for coding in codings if coding not in ("", "identity")]
    if len(codings) > 1 or not set(codings) <= set(_UNPACKED):
        raise ReadError(
            f"it is packed as {', '.join(codings)[:80]!r}, which was not asked for", _SAVE_IT
        )
    return bool(codings)
