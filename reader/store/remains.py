"""What of a library's rows can be read from a damaged file, table by table, whatever led to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from reader.store.raw_pages import MISSING, RawFile, Value

Values = tuple[Value, ...]
_HASH = 64


@dataclass(slots=True)
class Remains:
    """The rows that were found, by their numbers; columns stand as in the schema, and may be MISSING at the end."""

    originals: dict[int, Values] = field(default_factory=dict)
    articles: dict[int, Values] = field(default_factory=dict)
    revisions: dict[int, Values] = field(default_factory=dict)
    imports: dict[int, Values] = field(default_factory=dict)
    images: dict[tuple[int, int], Values] = field(default_factory=dict)
    pictures: dict[str, Values] = field(default_factory=dict)
    web_pictures: dict[str, Values] = field(default_factory=dict)
    identities: dict[int, str] = field(default_factory=dict)


def read_remains(path: Path) -> Remains:
    """Read all rows that make sense: first those that the tables lead to, then those on pages that nothing leads to.

    Raises:
        OSError: the file cannot be read.
    """
    file = RawFile(path)
    remains = Remains()
    reached: set[int] = set()
    for name, root in file.roots().items():
        pages = file.reach(root)
        reached.update(pages)
        if name == "sqlite_autoindex_article_1":
            _take_identities(file, pages, remains)
        else:
            _take(file, pages, remains)
    # A branch that is damaged leaves whole pages behind it. Those that the file calls free hold what was deleted.
    free = file.free()
    _take(file, (n for n in range(2, file.pages + 1) if n not in reached and n not in free), remains)
    return remains


def _take(file: RawFile, pages: Iterable[int], remains: Remains) -> None:
    """Take each row for what it looks like; of two with one number the first counts."""
    for number in pages:
        if not file.is_tree(number):
            continue
        for rowid, values in file.rows(number):
            _put(rowid, values, remains)


def _put(rowid: int, values: Values, remains: Remains) -> None:
    if rowid > 0:
        for fits, table in (
            (_is_original, remains.originals),
            (_is_article, remains.articles),
            (_is_revision, remains.revisions),
            (_is_import, remains.imports),
        ):
            if fits(values):
                table.setdefault(rowid, values)
                return
    elif _is_image(values):
        remains.images.setdefault((_number(values[0]), _number(values[1])), values)
    elif _is_picture(values):
        remains.pictures.setdefault(str(values[0]), values)
    elif _is_web_picture(values):
        remains.web_pictures.setdefault(str(values[0]), values)


def _take_identities(file: RawFile, pages: Iterable[int], remains: Remains) -> None:
    for number in pages:
        for _, values in file.rows(number):
            if len(values) == 2 and isinstance(values[0], str) and isinstance(values[1], int):
                remains.identities[values[1]] = values[0]


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _shape(*kinds: str) -> Callable[[Values], bool]:
    """Make a test of the types of columns, n for a number, s for text, b for bytes; ? where there may be nothing."""

    def fits(values: Values) -> bool:
        return len(values) == len(kinds) and all(map(_is_a, kinds, values))

    return fits


def _is_a(kind: str, value: Value) -> bool:
    if value is None or value is MISSING:
        return "?" in kind
    wanted: dict[str, type | tuple[type, ...]] = {"n": (int, float), "s": str, "b": bytes}
    return isinstance(value, wanted[kind[0]])


def _either(*shapes: Callable[[Values], bool]) -> Callable[[Values], bool]:
    return lambda values: any(fits(values) for fits in shapes)


_is_stored = _shape("s?", "b", "n", "b?")
_ARTICLE = ("s?", "s", "n", "s", "n?", "n", "n", "n", "n")
_REVISION = ("s?", "n", "n", "s", "s?", "s", "s?", "n?", "n?", "n", "s", "s", "s?", "n?", "s?", "b?", "b?")
_is_article = _either(_shape(*_ARTICLE), _shape(*_ARTICLE, "n?", "n?"), _shape(*_ARTICLE, "n?", "n?", "n?", "s?"))
_is_revision = _either(_shape(*_REVISION), _shape(*_REVISION, "n?", "n?"))
_is_import = _shape("s?", "n", "n?", "n?", "s", "s", "n", "n", "n", "n", "n")
_is_image = _shape("n", "n", "s", "s", "s?", "n?", "n?")
_is_sized = _shape("s", "n", "n", "n")
_is_fetched = _shape("s", "s", "n")


def _is_original(values: Values) -> bool:
    return _is_stored(values) and isinstance(values[1], bytes) and len(values[1]) == 32


def _is_picture(values: Values) -> bool:
    return _is_sized(values) and len(str(values[0])) == _HASH


def _is_web_picture(values: Values) -> bool:
    return _is_fetched(values) and len(str(values[1])) == _HASH
