"""Which kind of road network a file is, by its name and by its first bytes."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from logistique.errors import InvalidInputError
from logistique.findings import Finding


class Format(Enum):
    """Kinds of files that hold road networks."""

    OSM = "osm"
    OVERPASS = "overpass"
    GRAPHML = "graphml"
    LINES = "lines"
    MATSIM = "matsim"
    TNTP = "tntp"
    NATIVE = "roads"


ENDINGS = {
    ".osm.pbf": Format.OSM,
    ".pbf": Format.OSM,
    ".osm": Format.OSM,
    ".graphml": Format.GRAPHML,
    ".gpkg": Format.LINES,
    ".geojson": Format.LINES,
    ".shp": Format.LINES,
    ".json": Format.OVERPASS,
    ".xml": Format.MATSIM,
    ".tntp": Format.TNTP,
    ".roads": Format.NATIVE,
}
"""Kind of file by the end of its name; ``.gz`` and ``.bz2`` may follow text formats."""

MAGIC = b"LGROADS1"
"""First bytes of the library's own file."""

_PACKED = (b"\x1f\x8b", b"BZ")


def format_of(path: Path) -> Format:
    """Tell the kind of a file.

    Raises
    ------
    InvalidInputError
        For a file that is missing, empty, a folder, of an unknown kind, or whose first bytes
        are not those of its kind. Nothing but the first bytes is read.
    """
    hint = "allowed: " + ", ".join(ENDINGS) + " (text formats also .gz or .bz2)"
    if path.is_dir():
        raise InvalidInputError([Finding("network-file", str(path), "file", "is a folder", hint)])
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise InvalidInputError([Finding("network-file", str(path), "file", message)]) from error
    if not head:
        raise InvalidInputError([Finding("network-file", str(path), "file", "is empty")])
    if head.startswith(MAGIC):
        return Format.NATIVE
    name = path.name.lower().removesuffix(".gz").removesuffix(".bz2")
    kind = next((kind for end, kind in ENDINGS.items() if name.endswith(end)), None)
    if kind is None:
        message = "is of no known kind of road network"
        raise InvalidInputError([Finding("network-file", str(path), "file", message, hint)])
    _check_head(path, name, kind, head)
    return kind


def _check_head(path: Path, name: str, kind: Format, head: bytes) -> None:
    """Refuse a file whose first bytes cannot be what its name says."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    ends = path.name.lower()
    packed = head.startswith(_PACKED)
    if name.endswith(".pbf"):
        fits = b"OSMHeader" in head[:64]
    elif ends.endswith((".gz", ".bz2")):
        fits = packed
    elif name.endswith((".gpkg", ".shp")):
        fits = head.startswith((b"SQLite format 3", b"\x00\x00\x27\x0a"))
    elif kind is Format.NATIVE:
        fits = False
    elif kind is Format.TNTP:
        fits = text in (b"<", b"~")
    else:
        fits = packed or text == (b"{" if kind in (Format.OVERPASS, Format.LINES) else b"<")
    if not fits:
        message = f"is not what its name says: it begins with {head[:12]!r}"
        hint = "another file was meant, or it is damaged; fetch it again"
        raise InvalidInputError([Finding("network-file", str(path), "file", message, hint)])
