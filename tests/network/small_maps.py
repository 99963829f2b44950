"""Small maps in OpenStreetMap XML, written by tests."""

from __future__ import annotations

from pathlib import Path

LAT, LON = 48.85, 2.35
STEP_LAT = 0.001  # about 111.2 m north
STEP_LON = 0.0015  # about 110.1 m east


def osm_xml(
    nodes: dict[int, tuple[float, float]],
    ways: dict[int, tuple[list[int], dict[str, str]]],
    rules: list[tuple[int, list[tuple[str, int]], int, dict[str, str]]] | None = None,
) -> str:
    """XML of nodes (grid steps east, north), ways and restrictions (from, via, to, tags)."""
    lines = ['<?xml version="1.0"?>', '<osm version="0.6">']
    lines += [
        f'<node id="{i}" version="1" lat="{LAT + y * STEP_LAT:.7f}" lon="{LON + x * STEP_LON:.7f}"/>'
        for i, (x, y) in sorted(nodes.items())
    ]
    for i, (refs, tags) in sorted(ways.items()):
        inner = [f'<nd ref="{ref}"/>' for ref in refs]
        inner += [f'<tag k="{k}" v="{v}"/>' for k, v in tags.items()]
        lines.append(f'<way id="{i}" version="1">{"".join(inner)}</way>')
    for i, (start, via, end, tags) in enumerate(rules or [], start=1):
        inner = [f'<member type="way" ref="{start}" role="from"/>']
        inner += [f'<member type="{kind}" ref="{ref}" role="via"/>' for kind, ref in via]
        inner += [f'<member type="way" ref="{end}" role="to"/>']
        inner += [f'<tag k="{k}" v="{v}"/>' for k, v in {"type": "restriction", **tags}.items()]
        lines.append(f'<relation id="{i}" version="1">{"".join(inner)}</relation>')
    return "\n".join([*lines, "</osm>"])


def write_osm(folder: Path, *args: object, name: str = "small.osm") -> Path:
    path = folder / name
    path.write_text(osm_xml(*args), encoding="utf-8")  # type: ignore[arg-type]
    return path
