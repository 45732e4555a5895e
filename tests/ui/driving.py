"""What the window's tests share: captures to fill a library with, and what drives a window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLabel

from ui.app import Running

CHINESE = Path(__file__).resolve().parents[2] / "resources" / "translations" / "pressmark_zh_CN.ts"
EPOCHS = (1500000000000, 1600000000000, 1700000000000)


def write_capture(
    folder: Path, name: str, *, title: str, body: str, epoch: int = EPOCHS[0], url: str | None = None
) -> Path:
    """Write a feed capture as an archive holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.md"
    address = url or f"https://{folder.name}.example/{name}"
    path.write_text(f"<!--{epoch}-->\n[{title}]({address})\n------\n\n<div>{body}</div>\n", "utf-8")
    return path


def fill(folder: Path) -> Path:
    """Write three articles of two sources."""
    long = "".join(f"<p>第 {number} 段，说的是灯塔与海，说得很长，好让这一页比窗口高。</p>" for number in range(60))
    write_capture(folder / "harbour", "lighthouse", title="守灯塔的人", body=long, epoch=EPOCHS[2])
    write_capture(
        folder / "harbour", "ferry", title="The last ferry", body="<p>The ferry left at dusk.</p>", epoch=EPOCHS[1]
    )
    write_capture(
        folder / "orchard", "pears", title="梨花开了", body="<p>今年的梨花比往年早。</p><p>The ferry is far.</p>"
    )
    return folder


Start = Callable[..., Running]


def said(run: Running) -> str:
    """Return the words in the place of a page; none over a page."""
    shown = run.window.pane.stack.currentWidget()
    return shown.text() if isinstance(shown, QLabel) else ""
