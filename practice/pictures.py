"""Pictures the site draws itself: faces, photos of the seeded posts, emoji. All SVG, nothing from elsewhere."""

from __future__ import annotations

import hashlib
from html import escape


def face(handle: str) -> str:
    """A round picture with the first letter."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" '
        f'fill="{_colour(handle)}"/><text x="24" y="32" font-size="24" font-family="sans-serif" fill="#fff" '
        f'text-anchor="middle">{escape(handle[:1].upper())}</text></svg>'
    )


def photo(name: str) -> str:
    """A landscape in two colours that differ by name."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="340" viewBox="0 0 600 340">'
        f'<rect width="600" height="340" fill="{_colour(name)}"/><circle cx="450" cy="90" r="50" fill="#fff8"/>'
        f'<path d="M0 340 L180 140 L330 280 L430 190 L600 340 Z" fill="{_colour(name + "hill")}"/></svg>'
    )


def emoji(codes: str) -> str:
    """The emoji of hyphen-joined hexadecimal code points. Raises ValueError for anything else."""
    sign = "".join(chr(int(code, 16)) for code in codes.split("-"))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><text x="18" y="30" font-size="30" '
        f'text-anchor="middle">{escape(sign)}</text></svg>'
    )


def _colour(name: str) -> str:
    return f"hsl({int(hashlib.sha256(name.encode()).hexdigest()[:4], 16) % 360} 45% 45%)"
