from __future__ import annotations

import threading

from reader.article import ArticleId
from reader.index.search.answer_cache import AnswerCache
from reader.query import HitPage, Query


def test_an_answer_of_other_states_is_another_answer() -> None:
    cache = AnswerCache()
    query = Query(text="is:read")
    cache.put(query, HitPage(ids=(), total=1), 1)
    cache.put(query, HitPage(ids=(), total=2), 2)
    assert (cache.get(query), cache.get(query, 3)) == (None, None)
    assert [cache.get(query, version).total for version in (1, 2)] == [1, 2]  # type: ignore[union-attr]


def page(ids: int) -> HitPage:
    return HitPage(ids=[ArticleId(id_) for id_ in range(ids)], total=ids)


def test_what_was_not_asked_for_longest_goes_first() -> None:
    cache = AnswerCache(most_bytes=3_000)
    for text in "abc":
        cache.put(Query(text=text), page(10))
    assert cache.get(Query(text="a")) == page(10)
    cache.put(Query(text="d"), page(100))
    assert [cache.get(Query(text=text)) is not None for text in "abcd"] == [True, False, True, True]


def test_an_answer_larger_than_all_may_be_is_not_held() -> None:
    cache = AnswerCache(most_bytes=3_000)
    cache.put(Query(text="a"), page(10))
    cache.put(Query(text="b"), page(1_000))
    assert (len(cache), cache.get(Query(text="b"))) == (1, None)


def test_another_order_or_limit_is_another_question() -> None:
    cache = AnswerCache()
    cache.put(Query(text="a", limit=1), page(1))
    assert cache.get(Query(text="a")) is None
    cache.put(Query(text="a", limit=1), page(2))
    assert cache.get(Query(text="a", limit=1)) == page(1)


def test_threads_may_ask_and_answer_at_once() -> None:
    cache = AnswerCache(most_bytes=50_000)

    def work(own: int) -> None:
        for number in range(2_000):
            query = Query(text=f"{own} {number % 100}")
            cache.put(query, page(number % 100))
            answer = cache.get(query)
            assert answer is None or answer.total == number % 100

    threads = [threading.Thread(target=work, args=(own,)) for own in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0 < len(cache) < 100
