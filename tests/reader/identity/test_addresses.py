"""Addresses: what is kept of them, and which mean the same article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.identity.addresses import Address, canonical_url, host_of, read_address


def key_of(url: str) -> str:
    address = read_address(url)
    assert address is not None
    return address.key


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://News.Example/a?utm_source=x&id=3&fbclid=y", "https://news.example/a?id=3"),
        ("http://news.example:80/a#top", "http://news.example/a"),
        ("https://news.example", "https://news.example/"),
        ("https://app.example/#!/story/3", "https://app.example/#!/story/3"),
        ("//news.example/a", "https://news.example/a"),
        (" https://news.example/a b\n", "https://news.example/a%20b"),
        ("https://news.example/a\nb", "https://news.example/ab"),
        ("https://news.example/a?x=1&amp;y=2&amp;amp;z=3", "https://news.example/a?x=1&y=2&z=3"),
        ("https://news.example/a?from=timeline&isappinstalled=0", "https://news.example/a?isappinstalled=0"),
        ("https://news.example/a?from=2020", "https://news.example/a?from=2020"),
        ("http://news.example:443/a", "http://news.example:443/a"),
        ("https://news.example/100%", "https://news.example/100%25"),
        ("https://user:secret@news.example/a", "https://news.example/a"),
        (
            "https://mp.weixin.qq.com/s?__biz=Mz&mid=22&idx=1&sn=ab&chksm=cd&scene=27#rd",
            "https://mp.weixin.qq.com/s?__biz=Mz&mid=22&idx=1&sn=ab",
        ),
        ("https://a.medium.com/x-1?source=rss-3----2", "https://a.medium.com/x-1"),
        ("https://www.youtube.com/watch?v=abc&feature=share", "https://www.youtube.com/watch?v=abc"),
        ("https://news.example/?source=3", "https://news.example/?source=3"),
        ("https://news.example/a?source=rss-1f3a------2", "https://news.example/a"),
        ("https://weibo.com/u/1?type=2&from=x", "https://weibo.com/u/1?type=2&from=x"),
        ("https://solidot.example/story?sid=1650", "https://solidot.example/story?sid=1650"),
    ],
)
def test_an_address_is_kept_without_its_tracking(written: str, kept: str) -> None:
    assert canonical_url(written) == kept


@pytest.mark.parametrize(
    "text", ["", "javascript:alert(1)", "mailto:a@b.example", "file:///etc/passwd", "http://[", "河"]
)
def test_what_is_no_address_of_the_web_is_none(text: str) -> None:
    assert canonical_url(text) is None
    assert host_of(text) is None
    assert read_address(text) is None


@pytest.mark.parametrize(
    "twin",
    [
        "http://news.example/河边/1",
        "https://news.example/%E6%B2%B3%E8%BE%B9/1",
        "https://news.example/%e6%b2%b3%e8%be%b9/1/",
        "HTTPS://NEWS.example:443/河边/1?utm_medium=rss#more",
    ],
)
def test_twins_share_an_identity(twin: str) -> None:
    assert key_of(twin) == key_of("https://news.example/河边/1")


def test_a_host_in_either_alphabet_is_the_same() -> None:
    assert key_of("https://bücher.example/1") == key_of("http://xn--bcher-kva.example/1/")
    assert key_of("https://河..") == key_of("https://xn--ovw")
    assert key_of("https://河.example:8080") == key_of("https://xn--ovw.example:8080/")
    assert key_of(f"https://{'河' * 90}.example/1").startswith("河")
    # Spelt the way of the network, this one would have a space in it.
    key = key_of("https://t\u1fbd.example/1")
    assert key_of(f"https://{key}") == key


@pytest.mark.parametrize("host", ["www.gov.example", "m.www.gov.example", "www.www.www.gov.example"])
def test_a_host_is_named_without_the_screens_it_is_for(host: str) -> None:
    assert key_of(f"https://{host}/1") == key_of("https://gov.example/1") == "gov.example/1"


def test_different_articles_do_not() -> None:
    addresses = ["https://n.example/1", "https://n.example/2", "https://n.example/1?p=2", "https://m.example/1"]
    assert len({key_of(address) for address in addresses}) == 4
    assert key_of("https://n.example/a%2Fb") != key_of("https://n.example/a/b")


def test_the_host_is_told_without_www() -> None:
    assert host_of("https://www.News.example:8080/a") == "news.example"


ADDRESSES = st.builds(
    lambda scheme, host, path, query, fragment: f"{scheme}://{host}/{path}?{query}#{fragment}",
    st.sampled_from(["http", "https"]),
    st.sampled_from(
        ["news.example", "WWW.News.example:8080", "河.example", "mp.weixin.qq.com", "[::1]", "news.example:443"]
    ),
    *[st.text(alphabet="aZ0/%2F%E6河&=?.~ utm_source=+;,!&amp;  ", max_size=20)] * 3,
)


@given(ADDRESSES)
def test_what_was_made_canonical_stays_so(address: str) -> None:
    canonical = canonical_url(address)
    assert canonical is not None
    assert canonical_url(canonical) == canonical
    assert key_of(canonical) == key_of(address)


@given(st.text())
def test_any_text_at_all_has_an_answer(text: str) -> None:
    canonical = canonical_url(text)
    assert (read_address(text) is None) == (canonical is None)
    if canonical is not None:
        assert canonical_url(canonical) == canonical


PIECES = st.lists(
    st.sampled_from(list("aZ9/?#&=%:@.[]\\ \t;+~'()河ß：／"))
    | st.sampled_from(["%41", "%2f", "%E6%B2%B3", "&amp;", "&amp;amp;", "%26amp;", "utm_source=x", "from=timeline"])
    | st.sampled_from(["http://", "//", "www.", "n.example", ":80", ":443", "..", "#!/", "xn--"]),
    max_size=12,
).map("".join)


@given(st.sampled_from(["", "http://", "https://n.example/"]), PIECES)
def test_however_an_address_is_broken_its_names_agree(begin: str, pieces: str) -> None:
    address = begin + pieces
    canonical = canonical_url(address)
    if canonical is None:
        assert host_of(address) is None
        assert read_address(address) is None
        return
    assert canonical_url(canonical) == canonical
    assert key_of(canonical) == key_of(address)
    assert key_of(f"https://{key_of(address)}") == key_of(address)


ONE_ARTICLE = [
    ("https://matters.news/@tea/%25E5%2585%2588-bafyreib2k5dzr4e6v7w3x5o7k2", "https://matters.town/@tea/%E5%85%88"),
    ("https://medium.com/@a/one-title-8f3c5d2e1a9b", "https://a.medium.com/another-title-8f3c5d2e1a9b?source=rss-1"),
    ("https://medium.com/p/8f3c5d2e1a9b", "https://a.medium.com/one-title-8f3c5d2e1a9b"),
    ("https://medium.com/p/8f3c5d2e1a9b", "https://blog.example/one-title-8f3c5d2e1a9b"),
    ("https://blog.example/one-title-8f3c5d2e1a9b", "https://blog.example/another-title-8f3c5d2e1a9b?source=rss-1"),
    ("https://www.dw.com/zh/old-headline/a-55589923", "https://p.dw.com/zh/new?x/a-55589923"),
    ("https://www.cna.com.tw/news/acn/202010160001.aspx", "https://www.cna.com.tw/news/aipl/202010160001.aspx"),
    ("https://www.youtube.com/watch?v=Zk5ZT1uoq3k&t=30", "https://youtu.be/Zk5ZT1uoq3k?si=x"),
    ("https://www.youtube.com/shorts/Zk5ZT1uoq3k", "https://m.youtube.com/watch?list=PL1&v=Zk5ZT1uoq3k"),
    ("https://twitter.com/somebody/status/12345?s=20", "https://x.com/i/status/12345"),
    (
        "https://mp.weixin.qq.com/s?__biz=Mz==&mid=22&idx=1&sn=ab&chksm=cd",
        "http://mp.weixin.qq.com/s?mid=22&idx=1&__biz=Mz==&sn=edited#rd",
    ),
    ("https://www.bilibili.com/video/BV1xx411c7mD", "https://m.bilibili.com/video/BV1xx411c7mD/?p=1&share_source=copy"),
    ("https://vimeo.com/1234567", "https://player.vimeo.com/video/1234567?h=ab"),
    ("https://vimeo.com/channels/staffpicks/1234567", "https://vimeo.com/showcase/7654321/video/1234567"),
    ("https://vimeo.com/groups/shorts/videos/1234567", "https://vimeo.com/1234567/a1b2c3"),
    ("https://arxiv.org/abs/2101.00001v2", "https://arxiv.org/pdf/2101.00001.pdf"),
    ("https://doi.org/10.1000/182", "http://dx.doi.org/10.1000/182"),
    ("https://web.archive.org/web/20200101000000/https://news.example/a/1", "https://news.example/a/1"),
    ("https://news-example.cdn.ampproject.org/c/s/news.example/a/long", "https://news.example/a/long"),
    ("https://www.google.com/amp/s/news.example/a/long", "https://news.example/a/long/amp/"),
    ("https://m.news.example/a//long/index.html", "http://www.news.example/a/long"),
    ("https://news.example/a/long?outputType=amp", "https://news.example/a/long?ref=front"),
]


@pytest.mark.parametrize(("one", "other"), ONE_ARTICLE)
def test_spellings_of_one_article_meet(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


TWO_ARTICLES = [
    ("https://news.example/story?id=1", "https://news.example/story?id=2"),
    ("https://www.bilibili.com/video/BV1xx411c7mD?p=1", "https://www.bilibili.com/video/BV1xx411c7mD?p=2"),
    ("https://www.bbc.com/zhongwen/simp/a-1", "https://www.bbc.com/zhongwen/trad/a-1"),
    ("https://news.example/?source=3", "https://news.example/?source=4"),
    ("https://weibo.com/u/1?type=2", "https://weibo.com/u/1?type=3"),
    ("https://github.com/a/b?ref=main", "https://github.com/a/b?ref=next"),
    ("https://news.example/page?lang=en", "https://news.example/page?lang=zh"),
    ("https://app.example/#!/story/3", "https://app.example/#!/story/4"),
    ("https://news.example/2020-123456789012", "https://other.example/2020-123456789012"),
    (
        "https://news.example/content/d3a9bd5a-5e1c-11e2-8780-00144feabdc0",
        "https://news.example/content/1f2a3b4c-6a1c-11e3-a7b4-00144feabdc0",
    ),
    (
        "https://a.medium.com/d3a9bd5a-5e1c-11e2-8780-00144feabdc0",
        "https://a.medium.com/1f2a3b4c-6a1c-11e3-a7b4-00144feabdc0",
    ),
    ("https://medium.com/@anna-20201231", "https://medium.com/@bert-20201231"),
    ("https://medium.com/@anna-8f3c5d2e", "https://medium.com/@bert-8f3c5d2e"),
    ("https://medium.com/a/b-20201231", "https://medium.com/c/d-20201231"),
    ("https://medium.com/search?q=a/8f3c5d2e1a9b", "https://medium.com/p/8f3c5d2e1a9b"),
    ("https://news.example/search?q=a-8f3c5d2e1a9b", "https://news.example/a-8f3c5d2e1a9b"),
    ("https://vimeo.com/showcase/1234567", "https://vimeo.com/1234567"),
    ("https://vimeo.com/album/1234567", "https://vimeo.com/1234567"),
    ("https://vimeo.com/groups/1234567", "https://vimeo.com/1234567"),
    ("https://vimeo.com/event/1234567", "https://vimeo.com/1234567"),
    ("https://www.youtube.com/embed/videoseries?list=PLa", "https://www.youtube.com/embed/videoseries?list=PLb"),
    ("https://www.youtube.com/embed/live_stream?channel=a", "https://www.youtube.com/embed/live_stream?channel=b"),
    (
        "https://www.youtube-nocookie.com/embed/videoseries?list=PLa",
        "https://www.youtube-nocookie.com/embed/videoseries?list=PLb",
    ),
    ("https://www.cna.com.tw/search?q=/202010160001", "https://www.cna.com.tw/news/acn/202010160001.aspx"),
]


@pytest.mark.parametrize(("one", "other"), TWO_ARTICLES)
def test_addresses_of_two_articles_do_not_meet(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    ("url", "weak"),
    [
        ("https://news.example/", True),
        ("https://news.example/zh", True),
        ("https://news.example/list?days=", True),
        ("https://news.example/en/archive", True),
        ("https://news.example/release-notes", True),
        ("https://news.example/2020/the-tide", False),
        ("https://news.example/index?id=3", False),
        ("https://news.example/harbour", False),
    ],
)
def test_an_address_without_the_shape_of_an_article_is_weak(url: str, weak: bool) -> None:
    address = read_address(url)
    assert address is not None
    assert (address.weak, address.named) == (weak, False)


def test_a_medium_post_is_named_under_any_domain_unless_a_field_names_something_else() -> None:
    post = "medium.com/p/8f3c5d2e1a9b"
    assert read_address("https://blog.example/team/one-title-8f3c5d2e1a9b?source=rss-1") == Address(post, named=True)
    assert read_address("https://blog.example/list-8f3c5d2e1a9b?page=2") == Address(
        "blog.example/list-8f3c5d2e1a9b?page=2"
    )
    assert read_address("https://blog.example/p/8f3c5d2e1a9b") == Address("blog.example/p/8f3c5d2e1a9b")


def test_what_the_name_leaves_out_and_may_name_something_is_kept_beside_it() -> None:
    assert read_address("https://reader@n.example/page-one?via=a#June") == Address(
        "n.example/page-one", rest="via=areader@#June"
    )
    for scrolls in ("#:~:text=tide", "#rd", "?utm_source=x"):
        assert read_address(f"https://n.example/page-one{scrolls}") == Address("n.example/page-one")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (f"https://a.example{'/amp' * 500_000}", "a.example"),
        (f"https://a.example/1{'/index.html/' * 200_000}", "a.example/1"),
        (f"https://a.example/1{'.amp' * 500_000}.html", "a.example/1.html"),
        (f"https://a.example/%{'25' * 500_000}41", "a.example/A"),
        (f"https://{'m.' * 500_000}a.example/1", "a.example/1"),
        (f"https://{'b.' * 250_000}youtu.be/abcdefghijk?si=1", f"{'b.' * 250_000}youtu.be/abcdefghijk"),
    ],
    ids=["amp", "index", "ending", "percent", "screens", "domains"],
)
def test_a_hostile_address_is_read_in_one_pass(written: str, key: str) -> None:
    """To begin again for each of its parts would take hours."""
    assert key_of(written) == key


@pytest.mark.parametrize(
    ("path", "folded"),
    [
        ("/a/amp/", "/a"),
        ("/a/amp/amp", "/a"),
        ("/a.amp.amp.html", "/a.html"),
        ("/a/index.amp.htm", "/a"),
        ("/a/index.php/amp", "/a"),
        ("/a/index.html/index.aspx/", "/a"),
        ("/a/champ", "/a/champ"),
        ("/a.amp/b", "/a.amp/b"),
    ],
)
def test_the_names_of_other_renderers_are_taken_off_one_after_another(path: str, folded: str) -> None:
    assert key_of(f"https://a.example{path}?id=1") == f"a.example{folded}?id=1"
