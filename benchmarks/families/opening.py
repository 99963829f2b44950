"""Text of an instance file, packed or not."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

ENDINGS = r"\.(txt|tsp|dat|plc|json)(\.(gz|xz))?$"
"""What the names of instance files end in."""


def text_of(path: str) -> str:
    """Whole text of a file; ``.gz`` and ``.xz`` are unpacked."""
    raw = Path(path).read_bytes()
    if path.endswith(".gz"):
        raw = gzip.decompress(raw)
    elif path.endswith(".xz"):
        raw = lzma.decompress(raw)
    return raw.decode("ascii")
