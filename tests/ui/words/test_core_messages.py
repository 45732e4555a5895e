import shutil
from pathlib import Path

from reader.errors import Sentence
from tools import gather_core_messages
from ui.words.core_messages import SENTENCES
from ui.words.translations import translated

_READER = gather_core_messages.ROOT / "reader"


def test_every_sentence_of_the_core_can_be_translated_and_none_is_kept_that_nobody_says():
    written = gather_core_messages.module(gather_core_messages.templates(_READER))
    assert gather_core_messages.TARGET.read_text("utf-8") == written
    assert len(set(SENTENCES)) == len(SENTENCES)


def test_a_new_sentence_is_gathered(tmp_path: Path):
    shutil.copytree(_READER, tmp_path / "reader", ignore=shutil.ignore_patterns("__pycache__"))
    errors = tmp_path / "reader" / "errors.py"
    new = ("A “new” one with {count} places.", "no capital, but said", "On\ntwo lines, and constant.", "Long. " * 50)
    said = f"Sentence({new[0]!r})\nmaybe.OtherError({new[1]!r}, path=None)\n_LATER = ({new[2]!r}, {new[3].strip()!r})\n"
    errors.write_text(f'{errors.read_text("utf-8")}\n{said}logger.info("This is only logged, in one line.")\n', "utf-8")
    now = gather_core_messages.templates(tmp_path / "reader")
    assert now - set(SENTENCES) == {text.strip() for text in new}
    namespace: dict[str, object] = {}
    exec(gather_core_messages.module(now), namespace)
    assert set(namespace["SENTENCES"]) == now  # type: ignore[call-overload]


def test_a_sentence_is_filled_after_it_was_translated(qapp):
    assert translated(Sentence("{name} is odd.", {"name": "{b}.md"})) == "{b}.md is odd."
