"""From one chart to its pictures: a file that stands alone, and SVG that lives inside a page.

Vega in a page would need a script with `eval`; the SVG it draws beforehand needs none. The colours are the chart's
own, for a light background. A page turns them dark by rules that look for these very colours (`dark_rules`), since
any rule outranks an attribute of SVG; so the picture in the page is the picture in the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import altair as alt

SVG = "http://www.w3.org/2000/svg"
ElementTree.register_namespace("", SVG)

PAGE, INK, MUTED, GRID = "#ffffff", "#1f2328", "#59636e", "#e1e5ea"

SERIES = ("#0b5cad", "#b4500b", "#00725c", "#8b3a8f", "#8a6d00", "#a3263f", "#3d6b8c", "#5f5f5f")
"""Colours that people with any colour vision can tell apart in this order; never the only difference."""
DASHES: tuple[list[int], ...] = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
SHAPES = ("circle", "square", "triangle-up", "diamond")

DARK: Mapping[str, str] = {
    PAGE: "#16191d",
    INK: "#e6e8eb",
    MUTED: "#a2abb5",
    GRID: "#31373e",
    **dict(
        zip(
            SERIES,
            ("#6cb0ff", "#f2a25c", "#45cba6", "#dc9be0", "#dcbf4a", "#ff8f9f", "#9cc6e2", "#bdbdbd"),
            strict=True,
        )
    ),
}
"""What each colour becomes on a dark page."""


def dark_rules(selector: str) -> str:
    """CSS that gives pictures inside `selector` their colours for a dark page."""
    return "\n".join(
        f'{selector} [{what}="{light}"] {{ {what}: {dark} }}'
        for light, dark in DARK.items()
        for what in ("fill", "stroke")
    )


def themed(chart: alt.TopLevelMixin) -> alt.TopLevelMixin:
    """The chart in the house's style: quiet axes, horizontal grid, the legend above."""
    text: dict[str, Any] = {"labelColor": MUTED, "labelFontSize": 12, "titleColor": INK, "titleFontSize": 12}
    styled: alt.TopLevelMixin = chart.configure(
        aria=False,
        background=PAGE,
        font="system-ui, sans-serif",
        padding=4,
        view=alt.ViewConfig(stroke=None),
        title=alt.TitleConfig(color=INK, fontSize=13, fontWeight=600, anchor="start", offset=8),
        axis=alt.AxisConfig(
            **text,
            titleFontWeight=400,
            domainColor=MUTED,
            tickColor=MUTED,
            gridColor=GRID,
            labelPadding=4,
            titlePadding=7,
        ),
        axisX=alt.AxisConfig(grid=False),
        axisY=alt.AxisConfig(domain=False, ticks=False),
        legend=alt.LegendConfig(
            **text | {"labelColor": INK},
            orient="top",
            direction="horizontal",
            title=None,
            labelLimit=260,
            offset=10,
            symbolStrokeWidth=2,
            columnPadding=26,
        ),
    )
    return styled


class Drawing:
    """A chart that has been drawn."""

    def __init__(self, chart: alt.TopLevelMixin) -> None:
        text = io.StringIO()
        themed(chart).save(text, format="svg")
        self._svg = text.getvalue()

    def standalone(self, name: str, title: str, description: str) -> str:
        """A whole SVG file."""
        return self._render(name, title, description, fluid=False) + "\n"

    def inline(self, name: str, title: str, description: str) -> str:
        """SVG for the middle of a page, no wider than its column. `name` must be unique there: ids begin with it."""
        return self._render(name, title, description, fluid=True)

    def _render(self, name: str, title: str, description: str, *, fluid: bool) -> str:
        root = ElementTree.fromstring(self._svg)
        _strip(root)
        for element in root.iter():
            for key, value in element.attrib.items():
                if key == "id":
                    element.set(key, f"{name}-{value}")
                else:
                    element.set(key, re.sub(r"url\(#", f"url(#{name}-", value))
        if fluid:
            root.set("style", f"max-width:{root.get('width')}px")
            del root.attrib["width"], root.attrib["height"]
        root.set("role", "img")
        root.set("aria-labelledby", f"{name}-title {name}-description")
        for place, (tag, words) in enumerate((("title", title), ("desc", description))):
            told = ElementTree.Element(f"{{{SVG}}}{tag}", id=f"{name}-{'title' if tag == 'title' else 'description'}")
            told.text = words
            root.insert(place, told)
        return ElementTree.tostring(root, encoding="unicode")


def _strip(element: ElementTree.Element) -> None:
    """Takes away what nobody sees, and the roles that Vega gives each mark: the picture as a whole has a title."""
    for child in list(element):
        if child.get("display") == "none" or (child.get("class") == "background" and not _painted(child)):
            element.remove(child)
        else:
            _strip(child)
    for key in [k for k in element.attrib if k in ("class", "role", "pointer-events") or k.startswith("aria-")]:
        del element.attrib[key]


def _painted(element: ElementTree.Element) -> bool:
    return element.get("fill") is not None or element.get("stroke") is not None
