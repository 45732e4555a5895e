"""Puts every hostile and every costly picture into a store, in a process of its own, and tells what each cost."""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

from reader.errors import ImageError
from reader.store.image_store import ImageStore
from tests.reader.store.pictures import costly_pictures, hostile_pictures


def main(folder: str) -> None:
    """Run over files made before, so that only what the store needs counts."""
    warnings.simplefilter("error")
    store = ImageStore(Path(folder) / "store")
    for path in sorted(Path(folder).glob("*.picture")):
        data = path.read_bytes()
        began = time.process_time()
        try:
            kept, reason = store.thumbnail(store.put(data).sha256) is not None, ""
        except ImageError as error:
            kept, reason = False, str(error)
        seconds = round(time.process_time() - began, 3)
        print(json.dumps({"name": path.stem, "kept": kept, "reason": reason, "seconds": seconds}))  # noqa: T201
    print(json.dumps({"peak": _peak_megabytes()}))  # noqa: T201


def write_pictures(folder: Path) -> dict[str, bool]:
    """Write the pictures; return for each whether it must be kept."""
    wanted = {}
    for kept, pictures in ((False, hostile_pictures()), (True, costly_pictures())):
        for name, data in pictures:
            (folder / f"{name}.picture").write_bytes(data)
            wanted[name] = kept
    return wanted


def _peak_megabytes() -> int:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(sys.argv[1])
