"""What a picture's bytes tell of where it was taken, whatever its format."""

import re

_TIFF = re.compile(rb"II\*\x00|MM\x00\*")  # where EXIF begins (TIFF 6.0 §2), in JPEG, PNG, WebP or HEIC
_GPS = 0x8825  # the tag that points to the GPS directory (EXIF 2.32 §4.6.3)
_ENTRY_BYTES = 12
_MOST_ENTRIES = 1000


def tells_where(picture: bytes) -> bool:
    """A GPS directory in its EXIF, or coordinates in its XMP."""
    if b"GPSLatitude" in picture or b"GPSLongitude" in picture:
        return True
    return any(_GPS in _tags(picture[found.start() :]) for found in _TIFF.finditer(picture))


def _tags(tiff: bytes) -> set[int]:
    """Those of the first directory."""
    order = "little" if tiff.startswith(b"II") else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)  # type: ignore[arg-type]

    start = number(4, 4)
    count = min(number(start, 2), _MOST_ENTRIES)
    return {number(start + 2 + at * _ENTRY_BYTES, 2) for at in range(count)}
