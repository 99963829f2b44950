"""Text that XML can hold."""

from __future__ import annotations

_ILLEGAL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535)) | dict.fromkeys(
    range(55296, 57344)
)
"""Control characters and lone surrogates that XML cannot hold, whatever the escape."""


def xml_text(text: str) -> str:
    """Return a text without the characters that no escape makes legal in XML 1.0."""
    return text.translate(_ILLEGAL)
