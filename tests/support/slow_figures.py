"""The figures that tests tell, printed as one table at the end of the run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_PREFIX = "figure: "

Tell = Callable[[str, object], None]


@pytest.fixture
def tell_figure(record_property: Callable[[str, object], None]) -> Tell:
    """Let a test tell a figure by name; it is printed at the end, whichever process ran the test."""

    def tell(name: str, value: object) -> None:
        record_property(_PREFIX + name, str(value))

    return tell


def print_figures(reporter: pytest.TerminalReporter) -> None:
    """Print what the tests of this run have told."""
    reports = [report for kind in ("passed", "failed") for report in reporter.stats.get(kind, [])]
    told = [
        (name.removeprefix(_PREFIX), value)
        for report in reports
        for name, value in getattr(report, "user_properties", [])
        if name.startswith(_PREFIX) and report.when == "call"
    ]
    if not told:
        return
    reporter.section("figures")
    width = max(len(name) for name, _ in told)
    for name, value in told:
        reporter.line(f"{name.ljust(width)}  {value}")
