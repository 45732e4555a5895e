"""Ask pip-audit whether a pinned version has a known hole; where it cannot be asked, say so and fail.

pip-audit asks the advisory database of PyPI, by the names and versions in the requirements files.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pinned_tools import pinned_tools

ROOT = Path(__file__).resolve().parent.parent
CLEAN, HOLES, NOT_AUDITED = 0, 1, 2


def main() -> int:
    """Audit every requirements file, and return 0 if all is well, 1 if there are holes, 2 if nobody could be asked."""
    files = sorted((ROOT / "packaging").glob("requirements*.txt"))
    try:
        with pinned_tools() as programs:
            return max([_audit(programs / "pip-audit", file) for file in files], default=CLEAN)
    except subprocess.CalledProcessError:
        return _not_audited("pip-audit cannot be installed here", "")


def _audit(program: Path, requirements: Path) -> int:
    command = [program, "--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    done = subprocess.run([*command, "-r", requirements], capture_output=True, encoding="utf-8", check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return _not_audited(f"pip-audit could not ask about {requirements.name}", done.stderr)
    unasked = [package["name"] for package in packages if "skip_reason" in package]
    if unasked:
        return _not_audited(
            f"{len(unasked)} of {len(packages)} packages of {requirements.name} are not known there", ""
        )
    holes = list(_holes(packages))
    sys.stdout.write(f"{requirements.name}: {len(packages)} packages, {len(holes)} known holes\n")
    for hole in holes:
        sys.stdout.write(f"  {hole}\n")
    return HOLES if holes else CLEAN


def _holes(packages: list[dict[str, Any]]) -> Iterator[str]:
    for package in packages:
        for hole in package.get("vulns", []):
            mended = ", ".join(hole["fix_versions"]) or "no version yet"
            yield f"{package['name']} {package['version']}: {hole['id']}, mended in {mended}"


def _not_audited(why: str, output: str) -> int:
    said = output.strip().splitlines()
    sys.stdout.write(f"NOT AUDITED: {why}. {said[-1] if said else ''}\n")
    return NOT_AUDITED


if __name__ == "__main__":
    sys.exit(main())
