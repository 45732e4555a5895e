"""Draws the pictures of the demo captures: quiet landscapes, the same on every machine."""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1200, 720)
SKIES = {
    "river": ((244, 222, 196), (150, 190, 200)),
    "tea": ((226, 238, 220), (120, 160, 120)),
    "wind": ((214, 230, 242), (96, 136, 170)),
    "night": ((44, 52, 84), (18, 20, 40)),
    "desert": ((250, 226, 180), (214, 150, 100)),
    "snow": ((236, 240, 246), (168, 184, 206)),
    "library": ((240, 226, 208), (170, 132, 100)),
    "city": ((234, 214, 220), (128, 112, 148)),
}


def main(folder: Path) -> None:
    """Draw every picture into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (top, bottom) in SKIES.items():
        draw_landscape(name, top, bottom).save(folder / f"{name}.jpg", quality=84, optimize=True)


def draw_landscape(name: str, top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    """Draw a sky, a sun and four ranges of hills that grow darker as they come nearer."""
    chance = random.Random(name)
    picture = Image.linear_gradient("L").resize(SIZE)
    sky = Image.composite(Image.new("RGB", SIZE, bottom), Image.new("RGB", SIZE, top), picture)
    draw = ImageDraw.Draw(sky)
    x, y = chance.randint(250, 950), chance.randint(120, 260)
    draw.ellipse((x - 58, y - 58, x + 58, y + 58), fill=tuple(min(255, c + 34) for c in top))
    sky = sky.filter(ImageFilter.GaussianBlur(1.2))
    for layer in range(4):
        draw_hills(sky, layer, bottom, chance)
    return sky


def draw_hills(picture: Image.Image, layer: int, colour: tuple[int, int, int], chance: random.Random) -> None:
    """Draw one range of hills as the sum of a few waves."""
    width, height = picture.size
    base = height * (0.5 + 0.13 * layer)
    waves = [(chance.uniform(0.002, 0.012), chance.uniform(0, 6.3), chance.uniform(10, 46)) for _ in range(4)]
    line = [(x, base + sum(a * math.sin(f * x + p) for f, p, a in waves)) for x in range(0, width + 8, 8)]
    shade = 0.86 - 0.17 * layer
    ImageDraw.Draw(picture).polygon([*line, (width, height), (0, height)], fill=tuple(int(c * shade) for c in colour))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
