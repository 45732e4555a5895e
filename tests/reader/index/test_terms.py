"""The quick ways of cutting a needle into terms lead to the same terms as the long one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reader.index.search.terms import cut, one_term, terms_of
from reader.index.text.analysis import make_needle

texts = st.lists(st.sampled_from([*"中国ab23 -の한é。", "𠮷", "𐐨", "OR"]), min_size=1, max_size=7).map("".join)


@given(texts, st.booleans())
def test_a_needle_is_cut_the_same_by_every_way(text: str, open_end: bool) -> None:
    needle = make_needle(text, open_end=open_end)
    if needle is None:
        return
    parts = set(cut(needle))
    term = one_term(needle.folded, open_end=not needle.end_of_word)
    if term is not None:
        assert parts == {term} == set(terms_of(needle).parts)
    else:
        assert set(terms_of(needle).parts) == parts
