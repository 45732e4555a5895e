"""Reports, for people and as JSON, the files that an import did not take in, by reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import indent
from typing import Any

from reader.formats.file_kinds import CAPTURE_EXAMPLE, kind_of_refusal
from reader.outcome import ReasonGroup

WHAT_IS_READ = f"""\
Pressmark reads feed captures: text files that begin like this, whatever they are called:

{indent(CAPTURE_EXAMPLE, "  ")}
Folders are walked, and .zip, .tar, .tar.gz, .tar.bz2 and .tar.xz are read in place. Files of other kinds are skipped,
and each is named for what it is. With --json they are listed under "not_imported", where there are any.

Exit codes: 0 done; 1 done, but a file failed, or all were skipped; 2 could not be done. Files that the library holds
already are done.
"""
# The number of files that are named for each reason; --verbose names all.
_NAMED = 3


def report_lines(groups: Sequence[ReasonGroup], *, verbose: bool) -> Iterator[str]:
    """Yield the lines of the report: one for each reason, followed by its first files."""
    for group in groups:
        if len(group.paths) == 1:
            yield f"{group.kind}: {group.paths[0]}: {group.reason}"
            continue
        yield f"{group.kind}: {len(group.paths):,} files: {group.reason}"
        named = group.paths if verbose or len(group.paths) <= _NAMED + 1 else group.paths[:_NAMED]
        yield from (f"    {path}" for path in named)
        if len(named) < len(group.paths):
            yield f"    and {len(group.paths) - len(named):,} more; --verbose names them"


def report_object(groups: Sequence[ReasonGroup]) -> list[dict[str, Any]]:
    """Return the report as JSON objects, with all files; `kind` is a FileKind, or None if the reason names none."""
    return [
        {
            "outcome": group.kind.value,
            "kind": kind_of_refusal(group.reason),
            "reason": str(group.reason),
            "count": len(group.paths),
            "files": list(group.paths),
        }
        for group in groups
    ]


def has_failed(counts: Mapping[str, int]) -> bool:
    """Say whether a file failed, or all files were skipped."""
    taken = counts["added"] + counts["updated"] + counts["duplicate"]
    return bool(counts["failed"] or (counts["skipped"] and not taken))
