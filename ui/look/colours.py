"""The colours of the window by their roles, light and dark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """One set of colours, as #RRGGBB, named by their roles."""

    page: str
    list: str
    sidebar: str
    text: str
    secondary: str
    hairline: str
    accent: str
    selection: str
    highlight: str
    panel: str
    raised: str
    dark: bool


LIGHT = Colours(
    page="#FFFFFF",
    list="#FAFAF8",
    sidebar="#F3F2EF",
    text="#1D1C1A",
    secondary="#6A6762",
    hairline="#E4E2DC",
    accent="#0F6B66",
    selection="#DCE9E6",
    highlight="#FBE7A6",
    panel="#F5F4F1",
    raised="#FFFFFF",
    dark=False,
)
DARK = Colours(
    page="#17181A",
    list="#1B1C1F",
    sidebar="#202124",
    text="#E4E2DE",
    secondary="#9B988F",
    hairline="#2E3033",
    accent="#5CC2B8",
    selection="#1D3331",
    highlight="#5E4E17",
    panel="#212226",
    raised="#2A2B2F",
    dark=True,
)
