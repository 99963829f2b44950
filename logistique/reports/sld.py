"""Layer styles as Styled Layer Descriptor 1.0 (OGC 02-070), for GIS other than QGIS."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from logistique.reports.layer_symbols import Condition, Fill, Point, Rule, Stroke, Symbol
from logistique.reports.xml_text import xml_text

_SPACES = {
    "xmlns": "http://www.opengis.net/sld",
    "xmlns:ogc": "http://www.opengis.net/ogc",
    "version": "1.0.0",
}
_PIXELS_PER_MM = 1.0 / 0.28
"""SLD sizes are pixels of 0.28 mm."""

_SHAPES = {"cross": "x", "diamond": "diamond"}


def sld(layer: str, rules: Sequence[Rule]) -> str:
    """Write rules as SLD.

    Parameters
    ----------
    layer : str
        Name of the layer.
    rules : sequence of Rule
        Drawn in this order.

    Returns
    -------
    str
        An XML document.
    """
    root = ET.Element("StyledLayerDescriptor", _SPACES)
    named = ET.SubElement(root, "NamedLayer")
    _text(named, "Name", layer)
    style = ET.SubElement(ET.SubElement(named, "UserStyle"), "FeatureTypeStyle")
    for rule in rules:
        entry = ET.SubElement(style, "Rule")
        _text(entry, "Name", rule.label)
        _text(entry, "Title", rule.label)
        if rule.condition is not None:
            _filter(entry, rule.condition)
        _symbolizer(entry, rule.symbol)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = xml_text(text)


def _filter(parent: ET.Element, condition: Condition) -> None:
    tests: list[tuple[str, str]] = []
    if condition.equals is not None:
        tests.append(("PropertyIsEqualTo", condition.equals))
    if condition.above is not None:
        tests.append(("PropertyIsGreaterThan", repr(condition.above)))
    if condition.upto is not None:
        tests.append(("PropertyIsLessThanOrEqualTo", repr(condition.upto)))
    if not tests:
        return
    place = ET.SubElement(parent, "ogc:Filter")
    if len(tests) > 1:
        place = ET.SubElement(place, "ogc:And")
    for operator, literal in tests:
        test = ET.SubElement(place, f"ogc:{operator}")
        _value(test, condition)
        _text(test, "ogc:Literal", literal)


def _value(parent: ET.Element, condition: Condition) -> None:
    if condition.over:
        parent = ET.SubElement(parent, "ogc:Div")
        _text(parent, "ogc:PropertyName", condition.column)
        _text(parent, "ogc:PropertyName", condition.over)
    else:
        _text(parent, "ogc:PropertyName", condition.column)


def _symbolizer(parent: ET.Element, symbol: Symbol) -> None:
    if isinstance(symbol, Fill):
        place = ET.SubElement(parent, "PolygonSymbolizer")
        _css(place, "Fill", {"fill": symbol.colour})
        _stroke(place, symbol.border, symbol.width_mm)
    elif isinstance(symbol, Stroke):
        place = ET.SubElement(parent, "LineSymbolizer")
        stroke = _stroke(place, symbol.colour, symbol.width_mm)
        _parameter(stroke, "stroke-opacity", f"{symbol.opacity:g}")
        if symbol.dashed:
            _parameter(stroke, "stroke-dasharray", "6 4")
    else:
        _graphic(ET.SubElement(parent, "PointSymbolizer"), symbol)


def _graphic(parent: ET.Element, symbol: Point) -> None:
    graphic = ET.SubElement(parent, "Graphic")
    mark = ET.SubElement(graphic, "Mark")
    _text(mark, "WellKnownName", _SHAPES.get(symbol.shape, symbol.shape))
    _css(mark, "Fill", {"fill": symbol.colour})
    _stroke(mark, symbol.border, 0.3)
    _text(graphic, "Size", f"{symbol.size_mm * _PIXELS_PER_MM:.1f}")


def _stroke(parent: ET.Element, colour: str, width_mm: float) -> ET.Element:
    width = f"{width_mm * _PIXELS_PER_MM:.2f}"
    return _css(parent, "Stroke", {"stroke": colour, "stroke-width": width})


def _css(parent: ET.Element, tag: str, parameters: dict[str, str]) -> ET.Element:
    place = ET.SubElement(parent, tag)
    for name, value in parameters.items():
        _parameter(place, name, value)
    return place


def _parameter(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, "CssParameter", name=name).text = value
