"""Pictures are kept whole or not at all, under their hash, whatever they are made of."""

from __future__ import annotations

import base64
import errno
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from reader.errors import ImageError, StoreError
from reader.store.image_store import ImageStore, StoredImage, decode_data_url
from tests.reader.store.hostile_run import write_pictures
from tests.reader.store.pictures import (
    clear_pictures,
    colour,
    encoded,
    good_pictures,
    grey,
    png_of,
    png_with_text,
    turned,
)
from tests.support.patience import PATIENCE_SECONDS

_ROOT = Path(__file__).parents[3]
_PICTURES = [*good_pictures().values(), *clear_pictures().values()]


@pytest.fixture
def store(tmp_path: Path) -> ImageStore:
    return ImageStore(tmp_path / "images")


def opened(data: bytes | None) -> Image.Image:
    assert data is not None
    return Image.open(io.BytesIO(data))


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_picture_is_kept_as_it_came(store: ImageStore, png: bytes) -> None:
    stored = store.put(png)
    sha256 = hashlib.sha256(png).hexdigest()
    assert stored == StoredImage(sha256, "image/png", 320, 200, len(png))
    assert store.read(sha256) == store.display(sha256) == png
    assert list(store.hashes()) == [sha256]


@pytest.mark.parametrize(("name", "data"), good_pictures().items())
def test_every_kind_is_kept_with_a_thumbnail_that_looks_like_it(store: ImageStore, name: str, data: bytes) -> None:
    stored = store.put(data)
    assert stored.media_type == f"image/{name.split()[0]}"
    assert (stored.width, stored.height, stored.size) == (300, 200, len(data))
    thumbnail = opened(store.thumbnail(stored.sha256))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (144, 144))
    above, below = (thumbnail.convert("L").crop((0, y, 144, y + 10)).getextrema() for y in (0, 134))
    if "bilevel" not in name and "grey" not in name and "16" not in name:
        assert thumbnail.getpixel((72, 5))[0] < 60 < 190 < thumbnail.getpixel((72, 138))[0]  # type: ignore[index]
    else:
        assert above[0] < 60
        assert below[1] > 190


@pytest.mark.parametrize(("name", "data"), clear_pictures().items())
def test_what_is_clear_stays_clear_in_the_thumbnail(store: ImageStore, name: str, data: bytes) -> None:
    thumbnail = opened(store.thumbnail(store.put(data).sha256))
    assert (thumbnail.format, thumbnail.mode, thumbnail.size) == ("PNG", "RGBA", (144, 144))
    assert thumbnail.getpixel((5, 5))[3] == 0  # type: ignore[index]
    assert thumbnail.getpixel((138, 138))[3] == 255  # type: ignore[index]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photograph_is_counted_and_thumbnailed_upright(store: ImageStore, orientation: int) -> None:
    """Red lies at the top as one looks at it, however the camera was held."""
    upright = Image.new("RGB", (120, 200), "blue")
    upright.paste((255, 0, 0), (0, 0, 120, 100))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    lying = upright if orientation == 1 else upright.transpose(Image.Transpose(undo[orientation]))
    stored = store.put(turned(lying, orientation))
    assert (stored.width, stored.height) == (120, 200)
    thumbnail = opened(store.thumbnail(stored.sha256))
    assert thumbnail.getpixel((72, 10))[0] > 200  # type: ignore[index]
    assert thumbnail.getpixel((72, 140))[2] > 200  # type: ignore[index]


def test_a_wide_picture_shows_its_middle_and_a_tall_one_what_is_above_it(store: ImageStore) -> None:
    wide = opened(store.thumbnail(store.put(encoded(grey(100, 900).rotate(90, expand=True), "PNG")).sha256))
    tall = opened(store.thumbnail(store.put(encoded(grey(100, 900), "PNG")).sha256))
    assert abs(wide.getpixel((72, 72))[0] - 127) < 8  # type: ignore[index, operator]
    assert 70 < tall.getpixel((72, 72))[0] < 115  # type: ignore[index, operator]


@pytest.mark.parametrize("size", [(1, 1), (1, 30_000), (30_000, 1), (40, 30), (143, 9_000)])
def test_odd_sizes_have_thumbnails_like_any_other(store: ImageStore, size: tuple[int, int]) -> None:
    thumbnail = opened(store.thumbnail(store.put(png_of(*size)).sha256))
    assert thumbnail.size == (144, 144)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_that_breaks_off_is_kept_as_far_as_it_goes(store: ImageStore, progressive: bool) -> None:
    whole = encoded(colour(900, 900), "JPEG", progressive=progressive)
    stored = store.put(whole[: len(whole) // 2])
    assert stored.size == len(whole) // 2
    assert opened(store.thumbnail(stored.sha256)).getpixel((5, 5))[0] < 60  # type: ignore[index, operator]


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff"])
def test_damaged_exif_turns_nothing(store: ImageStore, exif: bytes) -> None:
    stored = store.put(encoded(colour(), "JPEG", exif=exif))
    assert (stored.width, stored.height) == (300, 200)


def test_a_picture_that_can_be_shown_is_shown_as_it_came(store: ImageStore) -> None:
    data = encoded(Image.new("RGB", (4_000, 3_000)), "JPEG")
    assert store.display(store.put(data).sha256) == data


@pytest.mark.parametrize(
    ("data", "kind", "size"),
    [
        (lambda: encoded(Image.new("RGB", (5_000, 4_000), "red"), "JPEG"), "JPEG", (2_000, 1_600)),
        (lambda: turned(Image.new("RGB", (5_000, 4_000), "red"), 6), "JPEG", (2_000, 2_500)),
        (lambda: png_of(5_000, 4_000, 8, 6), "PNG", (2_000, 1_600)),
        (lambda: png_of(4_000, 3_000, 16, 2), "JPEG", (2_000, 1_500)),
        (lambda: png_of(100, 40_000), "JPEG", (80, 32_000)),
    ],
    ids=["large", "turned", "clear", "deep", "long"],
)
def test_a_larger_one_is_shown_as_a_smaller_copy_made_once(
    store: ImageStore, tmp_path: Path, data: Callable[[], bytes], kind: str, size: tuple[int, int]
) -> None:
    stored = store.put(data())
    copy = store.display(stored.sha256)
    image = opened(copy)
    assert (image.format, image.size) == (kind, size)
    assert store.read(stored.sha256) == data()
    (cached,) = (tmp_path / "images" / "display").glob("??/*")
    cached.unlink()
    assert store.display(stored.sha256) == copy
    assert cached.exists()


def test_a_long_picture_keeps_its_width_as_far_as_it_can(store: ImageStore) -> None:
    image = opened(store.display(store.put(png_of(1_000, 15_000, 8, 0)).sha256))
    assert image.width * image.height <= 12_010_000
    assert image.width > 890


def written(folder: Path) -> dict[Path, tuple[int, int]]:
    """Return what changes once a file is written, which to be read does not: another file, or its time."""
    return {path: ((status := path.stat()).st_ino, status.st_mtime_ns) for path in folder.rglob("*")}


def test_putting_the_same_again_writes_nothing(store: ImageStore, tmp_path: Path, png: bytes) -> None:
    first = store.put(png)
    before = written(tmp_path)
    assert store.put(png) == first
    assert written(tmp_path) == before


def test_a_file_that_the_disk_cut_short_is_written_again(store: ImageStore, tmp_path: Path, png: bytes) -> None:
    stored = store.put(png)
    (path,) = (tmp_path / "images").glob("??/*.png")
    path.write_bytes(png[:10])
    store.put(png)
    assert store.read(stored.sha256) == png


@pytest.mark.parametrize("road", ["put", "put_back"])
def test_a_file_of_other_bytes_and_the_same_length_is_written_again(store: ImageStore, png: bytes, road: str) -> None:
    sha256 = store.put(png).sha256
    file = store.file_of(sha256)
    assert file is not None
    file.write_bytes(bytes(len(png)))
    if road == "put":
        store.put(png)
    else:
        store.put_back(sha256, "png", png)
    assert store.read(sha256) == png


@pytest.mark.parametrize("damage", [b"", b"\0" * 900, b"\xff\xd8\xff\xe0"])
def test_a_thumbnail_that_is_missing_or_damaged_is_made_again(
    store: ImageStore, tmp_path: Path, png: bytes, damage: bytes
) -> None:
    stored = store.put(png)
    thumbnail = store.thumbnail(stored.sha256)
    (path,) = (tmp_path / "images" / "thumbs").glob("??/*")
    path.write_bytes(damage)
    assert store.thumbnail(stored.sha256) == thumbnail
    path.unlink()
    assert store.thumbnail(stored.sha256) == thumbnail
    assert path.read_bytes().startswith(thumbnail)


def test_a_damaged_picture_has_no_thumbnail_and_is_shown_as_it_is(
    store: ImageStore, tmp_path: Path, png: bytes
) -> None:
    stored = store.put(png)
    for path in (tmp_path / "images").rglob("*.*"):
        path.write_bytes(png[:99])
    assert store.thumbnail(stored.sha256) is None
    assert store.display(stored.sha256) == png[:99]


@pytest.mark.parametrize("name", ["", "0" * 64, "../../etc/passwd", "F" * 64, "0" * 63 + "/", "*" * 64])
def test_what_is_not_held_is_none_and_no_name_leads_elsewhere(store: ImageStore, name: str) -> None:
    assert store.read(name) is store.thumbnail(name) is store.display(name) is None
    assert list(store.hashes()) == []


def test_what_a_crash_left_half_written_is_cleaned_away(store: ImageStore, tmp_path: Path, png: bytes) -> None:
    store.clean_temporary()
    store.put(png)
    before = files(tmp_path)
    (tmp_path / "images" / "tmp" / "half").write_bytes(png[:9])
    store.clean_temporary()
    assert files(tmp_path) == before


@pytest.mark.parametrize("step", ["mkstemp", "fsync", "replace"])
def test_a_full_disk_is_a_sentence_and_leaves_nothing_behind(
    store: ImageStore, tmp_path: Path, png: bytes, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        place = {"mkstemp": "tempfile.mkstemp", "fsync": "os.fsync", "replace": "pathlib.Path.replace"}[step]
        patch.setattr(place, fail)
        with pytest.raises(StoreError, match="the disk is full"):
            store.put(png)
        assert files(tmp_path) == set()
    assert store.read(store.put(png).sha256) == png


def test_a_folder_that_may_not_be_written_to_is_a_sentence(tmp_path: Path, png: bytes) -> None:
    (tmp_path / "images").write_bytes(b"a file lies where the folder should be")
    with pytest.raises(StoreError, match=r"cannot be saved: .+\.$"):
        ImageStore(tmp_path / "images").put(png)


def test_a_picture_reaches_the_disk_before_its_name_does(
    store: ImageStore, tmp_path: Path, png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file is synced, then renamed, then its folder synced; the picture itself comes last."""
    steps: list[str] = []
    sync, rename = os.fsync, Path.replace

    def see_sync(handle: int) -> None:
        name = Path(f"/proc/self/fd/{handle}").readlink()
        steps.append(f"sync {'folder' if name.is_dir() else 'file'}")
        sync(handle)

    def see_rename(path: Path, target: Path) -> Path:
        steps.append(f"rename {target.parent.parent.name}")
        return rename(path, target)

    store.put(encoded(grey(), "PNG"))
    store.put(png)
    monkeypatch.setattr(os, "fsync", see_sync)
    monkeypatch.setattr(Path, "replace", see_rename)
    for path in (tmp_path / "images").rglob("*.*"):
        path.unlink()
    store.put(png)
    once = ["sync file", "rename thumbs", "sync folder"]
    assert steps == [*once, *(step.replace("thumbs", "images") for step in once)]


@settings(max_examples=80)
@given(data=st.data())
def test_bytes_changed_at_random_are_kept_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    picture = bytearray(data.draw(st.sampled_from(_PICTURES)))
    for _ in range(data.draw(st.integers(1, 8))):
        picture[data.draw(st.integers(0, min(len(picture), 400) - 1))] = data.draw(st.integers(0, 255))
    picture = picture[: data.draw(st.integers(0, len(picture)))]
    store = ImageStore(tmp_path_factory.mktemp("changed"))
    try:
        stored = store.put(bytes(picture))
    except ImageError:
        assert list(store.hashes()) == []
    else:
        assert opened(store.thumbnail(stored.sha256)).size == (144, 144)


def results_of_hostile_pictures(folder: Path) -> tuple[list[dict[str, Any]], int]:
    """Return what became of each picture, and the most memory that the process had, in MB."""
    wanted = write_pictures(folder)
    command = [sys.executable, "-m", "tests.reader.store.hostile_run", str(folder)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    assert done.returncode == 0, done.stderr
    *results, peak = map(json.loads, done.stdout.splitlines())
    assert {result["name"]: result["kept"] for result in results} == wanted, results
    return results, peak["peak"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_hostile_pictures_are_refused_and_large_ones_kept_within_300_mb(tmp_path: Path) -> None:
    results, peak = results_of_hostile_pictures(tmp_path)
    assert all(result["reason"].endswith(".") for result in results if not result["kept"])
    # The rest of the worker needs some 60 MB.
    assert peak < 300


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_no_picture_costs_more_than_2_s(tmp_path: Path) -> None:
    results, _ = results_of_hostile_pictures(tmp_path)
    assert max(result["seconds"] for result in results) < 2, results


@pytest.mark.filterwarnings("error")
def test_pillow_warns_nobody(store: ImageStore) -> None:
    """Pillow warns about an animation that is none, and about EXIF that breaks off."""
    store.put(png_with_text(b"acTL", bytes(8)))
    store.put(encoded(colour(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x05\0"))


@pytest.mark.parametrize("head", ["data:image/png;base64,", "DATA:;BASE64,", "data:image/svg+xml;charset=x;base64 ,"])
def test_a_data_address_is_decoded_whatever_type_it_claims(head: str, png: bytes) -> None:
    assert decode_data_url(head + base64.b64encode(png).decode()) == png
    assert decode_data_url("  " + head + base64.urlsafe_b64encode(png).decode().rstrip("=") + "\n") == png
    assert decode_data_url(head + quote(base64.encodebytes(png).decode())) == png


def test_a_data_address_may_be_percent_encoded() -> None:
    assert decode_data_url("data:image/gif,GIF89a%00%ff") == b"GIF89a\x00\xff"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "data:",
        "data:image/png;base64",
        "data:image/png;base64,",
        "data:;base64,你好",
        "data:;base64,a",
        "http://a/,b",
    ],
)
def test_a_data_address_that_is_damaged_is_a_sentence(url: str) -> None:
    with pytest.raises(ImageError, match="data: address is damaged"):
        decode_data_url(url)


def test_a_data_address_without_end_is_refused() -> None:
    with pytest.raises(ImageError, match="too large: 130 MB"):
        decode_data_url("data:;base64," + "A" * (130 * 2**20))


@given(st.text())
def test_any_data_address_is_decoded_or_refused(text: str) -> None:
    for url in (text, "data:" + text, "data:;base64," + text):
        with suppress(ImageError):
            assert decode_data_url(url)
