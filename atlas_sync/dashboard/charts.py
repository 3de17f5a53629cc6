"""Small charts as SVG, made on the server; each has a table beside it for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

__all__ = ["sparkline"]

_WIDTH = 320
_HEIGHT = 64
_MARGIN = 4


def sparkline(values: Sequence[int], doubtful: Sequence[int]) -> Markup:
    """Draw counts over time as a line from zero upwards, as many doubtful ones shaded on top; fewer than two give nothing."""
    if len(values) < len(("from", "to")):
        return Markup("")
    whole = [value + more for value, more in zip(values, doubtful, strict=True)]
    line, above = _points(values, top=max(*whole, 1)), _points(whole, top=max(*whole, 1))
    shade = Markup('<polygon points="{} {}" fill="#e6c99a"/>').format(" ".join(above), " ".join(reversed(line)))
    return Markup(
        '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="open gaps after each run{more}">'
        '<line x1="0" x2="{w}" y1="{base}" y2="{base}" stroke="#c8ccd4"/>{shade}'
        '<polyline points="{points}" fill="none" stroke="#1d4ed8" stroke-width="2"/></svg>'
    ).format(
        w=_WIDTH,
        h=_HEIGHT,
        base=_HEIGHT - _MARGIN,
        points=" ".join(line),
        shade=shade if any(doubtful) else "",
        more=", those not decidable on top" if any(doubtful) else "",
    )


def _points(values: Sequence[int], *, top: int) -> list[str]:
    """Give where some counts stand, the first at the left, `top` at the upper edge."""
    step = (_WIDTH - 2 * _MARGIN) / (len(values) - 1)
    return [
        f"{_MARGIN + place * step:.1f},{_HEIGHT - _MARGIN - value / top * (_HEIGHT - 2 * _MARGIN):.1f}"
        for place, value in enumerate(values)
    ]
