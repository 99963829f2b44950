"""Layer styles in the language of QGIS (QML)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from logistique.reports.layer_symbols import Condition, Fill, Point, Rule, Stroke, Symbol
from logistique.reports.xml_text import xml_text

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_SHAPES = {"cross": "cross2"}
"""QGIS calls a plus sign ``cross`` and the diagonal one ``cross2``."""


def qml(rules: Sequence[Rule], label_column: str | None = None) -> str:
    """Write rules as a QGIS layer style.

    Parameters
    ----------
    rules : sequence of Rule
        Drawn in this order.
    label_column : str, optional
        Column whose text is written beside the symbols; none when absent.

    Returns
    -------
    str
        XML of a rule-based renderer, as QGIS 3 reads it.
    """
    root = ET.Element(
        "qgis",
        version="3.22.0",
        styleCategories="Symbology|Labeling",
        labelsEnabled="1" if label_column else "0",
    )
    renderer = ET.SubElement(
        root, "renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0"
    )
    listed = ET.SubElement(renderer, "rules", key="root")
    symbols = ET.SubElement(renderer, "symbols")
    for position, rule in enumerate(rules):
        entry = ET.SubElement(
            listed, "rule", key=f"rule-{position}", symbol=str(position), label=xml_text(rule.label)
        )
        if rule.condition is not None:
            entry.set("filter", _expression(rule.condition))
        symbols.append(_symbol(str(position), rule.symbol))
    if label_column:
        root.append(_labels(label_column))
    ET.indent(root, " ")
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def _expression(condition: Condition) -> str:
    value = f'"{condition.column}"'
    if condition.over:
        value = f'{value} / "{condition.over}"'
    if condition.equals is not None:
        quoted = xml_text(condition.equals).replace("'", "''")
        return f"{value} = '{quoted}'"
    parts = []
    if condition.above is not None:
        parts.append(f"{value} > {condition.above!r}")
    if condition.upto is not None:
        parts.append(f"{value} <= {condition.upto!r}")
    return " AND ".join(parts) or "TRUE"


def _symbol(name: str, symbol: Symbol) -> ET.Element:
    kind, layer, options = _parts(symbol)
    opacity = symbol.opacity if isinstance(symbol, Stroke) else 1.0
    root = ET.Element("symbol", name=name, type=kind, alpha=f"{opacity:g}", clip_to_extent="1")
    part = ET.SubElement(root, "layer", {"class": layer, "enabled": "1", "locked": "0"})
    part.set("pass", "0")
    listed = ET.SubElement(part, "Option", type="Map")
    for key, value in options.items():
        ET.SubElement(listed, "Option", name=key, type="QString", value=value)
    return root


def _parts(symbol: Symbol) -> tuple[str, str, Mapping[str, str]]:
    """Kind of a symbol, its layer class, and the options of the layer."""
    if isinstance(symbol, Fill):
        return "fill", "SimpleFill", {
            "color": _rgba(symbol.colour),
            "style": "solid",
            "outline_color": _rgba(symbol.border),
            "outline_style": "solid",
            "outline_width": f"{symbol.width_mm:g}",
            "outline_width_unit": "MM",
        }  # fmt: skip
    if isinstance(symbol, Stroke):
        return "line", "SimpleLine", {
            "line_color": _rgba(symbol.colour),
            "line_style": "dash" if symbol.dashed else "solid",
            "line_width": f"{symbol.width_mm:g}",
            "line_width_unit": "MM",
            "capstyle": "round",
            "joinstyle": "round",
        }  # fmt: skip
    return "marker", "SimpleMarker", _marker(symbol)


def _marker(symbol: Point) -> Mapping[str, str]:
    return {
        "name": _SHAPES.get(symbol.shape, symbol.shape),
        "color": _rgba(symbol.colour),
        "outline_color": _rgba(symbol.border),
        "outline_style": "solid",
        "outline_width": "0.3",
        "outline_width_unit": "MM",
        "size": f"{symbol.size_mm:g}",
        "size_unit": "MM",
    }


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5)) + ",255"


def _labels(column: str) -> ET.Element:
    """Text of a column in dark ink with a white buffer."""
    root = ET.Element("labeling", type="simple")
    settings = ET.SubElement(root, "settings", calloutType="simple")
    text = ET.SubElement(
        settings, "text-style", fieldName=column, fontSize="8", textColor="29,29,43,255"
    )
    ET.SubElement(
        text, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferColor="255,255,255,255"
    )
    return root
