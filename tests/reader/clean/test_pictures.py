from __future__ import annotations

import base64

import pytest

from reader.clean.pictures import unwrapped
from tests.reader.clean.pages import cleaned

DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
VECTOR = "data:image/svg+xml;charset=utf-8,%3Csvg%20xmlns='x'%3E%3C/svg%3E"
REAL = "https://pics.example.com/2024/boat.jpg"


def addresses(html: str, **facts: object) -> list[str]:
    return [image.url for image in cleaned(html, **facts).images]


@pytest.mark.parametrize(
    "attribute", ["data-src", "data-original", "data-lazy-src", "data-cfsrc", "data-actualsrc", "src"]
)
@pytest.mark.parametrize("placeholder", [DOT, VECTOR, "/images/blank.gif", ""])
def test_the_real_address_of_a_lazy_picture_is_found(attribute: str, placeholder: str) -> None:
    src = "" if attribute == "src" else f'src="{placeholder}"'
    assert addresses(f'<p><img {src} {attribute}="{REAL}"></p>') == [REAL]


@pytest.mark.parametrize("attribute", ["srcset", "data-srcset", "data-lazy-srcset"])
def test_the_largest_of_a_set_is_taken(attribute: str) -> None:
    widths = f"/boat-300x200.jpg 300w, {REAL} 1600w, /boat-768x512.jpg 768w"
    html = f'<img src="/boat-300x200.jpg" {attribute}="{widths}">'
    assert addresses(html) == [REAL]


def test_addresses_in_a_set_may_hold_commas() -> None:
    html = '<img srcset="https://e.org/w_300,c_limit/a.jpg 1x,https://e.org/w_900,c_limit/a.jpg 2x">'
    assert addresses(html) == ["https://e.org/w_900,c_limit/a.jpg"]


def test_a_picture_takes_the_set_of_its_sources() -> None:
    html = f'<picture><source srcset="{REAL} 1200w"><img src="{DOT}"></picture>'
    assert addresses(html) == [REAL]


def test_a_lazy_picture_hidden_by_its_style_is_shown_once() -> None:
    html = f'<img style="display:none" data-cfsrc="{REAL}"><noscript><img src="{REAL}"></noscript>'
    assert addresses(html) == [REAL]
    assert cleaned(html).html.count("<img") == 1


def test_a_scaled_copy_beside_the_whole_picture_gives_way_to_it() -> None:
    html = '<img src="https://e.org/a-300x200.jpg"><noscript><img src="https://e.org/a.jpg"></noscript>'
    assert addresses(html) == ["https://e.org/a.jpg"]


def test_a_picture_at_the_end_of_a_heading_and_below_it_is_shown_once() -> None:
    """Shaping sets the first apart, above the heading's words, which then stand between the two."""
    html = f'<p>文</p><h2>港口 <img src="{REAL}"></h2><p><img src="{REAL}"></p><p>海</p>'
    assert cleaned(html).html.count("<img") == 1
    before = f'<p>文</p><p><img src="{REAL}"></p><h2><img src="{REAL}"> 港口</h2><p>海</p>'
    assert cleaned(before).html.count("<img") == 1


def test_the_same_picture_further_on_is_shown_again() -> None:
    clean = cleaned(f'<img src="{REAL}"><p>文</p><img src="{REAL}">')
    assert clean.html.count('src="img:0"') == 2
    assert len(clean.images) == 1


@pytest.mark.parametrize(
    ("proxied", "real"),
    [
        ("https://images.weserv.nl/?url=pics.example.com/2024/boat.jpg", REAL),
        ("https://images.weserv.nl/?url=ssl:pics.example.com/2024/boat.jpg&w=300", REAL),
        ("https://images.weserv.nl/?url=https%3A%2F%2Fpics.example.com%2F2024%2Fboat.jpg", REAL),
        ("https://i0.wp.com/pics.example.com/2024/boat.jpg?resize=640%2C480&ssl=1", REAL),
        ("https://images.weserv.nl/?url=i2.wp.com/pics.example.com/2024/boat.jpg", REAL),
        ("https://i0.wp.com/wp-content/boat.jpg", "https://i0.wp.com/wp-content/boat.jpg"),
        (REAL, REAL),
    ],
)
def test_proxies_are_unwrapped(proxied: str, real: str) -> None:
    assert unwrapped(proxied) == real


def test_the_tail_of_a_pending_load_is_cut() -> None:
    html = '<img data-lazy-src="https://e.org/a.png?w=3&amp;amp;is-pending-load=1#038;ssl=1">'
    assert addresses(html) == ["https://e.org/a.png?w=3"]


def test_addresses_are_resolved_against_the_page() -> None:
    assert addresses('<img src="//e.org/a.jpg">') == ["https://e.org/a.jpg"]
    assert addresses('<img src="../b.jpg">') == ["https://www.example.org/b.jpg"]
    assert addresses('<img src="//e.org/a.jpg">', url=None) == ["https://e.org/a.jpg"]
    assert addresses('<img src="b.jpg">', url=None) == []


def test_what_came_with_the_capture_keeps_its_name() -> None:
    held = {"page_files/a b.jpg": b"", "cid:1@x": b""}
    html = '<img src="page_files/a%20b.jpg"><p>x</p><img src="cid:1@x"><p>x</p><img src="cid:2@x">'
    assert addresses(html, asset=held.get) == ["page_files/a b.jpg", "cid:1@x"]


@pytest.mark.parametrize(
    "html",
    [
        f'<img src="{DOT}">',
        f'<img src="{VECTOR}">',
        f'<img src="{REAL}" width="1" height="1">',
        f'<img src="{REAL}" style="width:1px;height:1px">',
        '<img src="https://medium.com/_/stat?event=x">',
        '<img src="https://pixel.wp.com/b.gif?x">',
        '<img src="https://secure.gravatar.com/avatar/00?s=40">',
        '<img class="avatar" width="96" height="96" src="https://e.org/me.jpg">',
        '<img src="file:///etc/passwd">',
        '<img src="javascript:alert(1)">',
        '<img src="blob:https://e.org/1">',
        '<img src="http://[">',
        "<img>",
    ],
)
def test_pixels_placeholders_and_faces_are_no_pictures(html: str) -> None:
    clean = cleaned(f"<p>文{html}</p>")
    assert (clean.images, clean.html) == ((), "<p>文</p>")


@pytest.mark.parametrize(("side", "held"), [(2, False), (40, True)])
def test_pictures_inside_the_page_are_kept_unless_they_are_dots(side: int, held: bool) -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + side.to_bytes(4, "big") * 2 + bytes(200)
    gif = b"GIF89a" + side.to_bytes(2, "little") * 2 + bytes(200)
    for kind, data in (("png", png), ("gif", gif)):
        address = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
        assert addresses(f'<img src="{address}">') == ([address] if held else [])
    assert addresses('<img src="data:text/html,x">') == []


def test_a_large_portrait_is_a_picture() -> None:
    assert addresses('<img class="avatar" width="640" height="640" src="https://e.org/me.jpg">') == [
        "https://e.org/me.jpg"
    ]


def test_faces_in_the_text_become_their_words() -> None:
    html = '<p>好<img class="wp-smiley" alt="🙂" src="https://s.w.org/images/core/emoji/1.png">的</p>'
    assert cleaned(html).text == "好🙂的"
    weibo = '<p>唉<img alt="[允悲]" src="//h5.sinaimg.cn/m/emoticon/icon/x.png" width="22"></p>'
    assert cleaned(weibo).text == "唉[允悲]"


def test_size_and_words_are_kept_beside_the_address() -> None:
    image = cleaned(f'<p>文<img src="{REAL}" width="640px" height="48e" alt="<br>船 &amp;\n 海"></p>').images[0]
    assert (image.width, image.height, image.alt) == (640, None, "船 & 海")


def test_alternative_text_is_not_in_the_text_and_captions_are() -> None:
    clean = cleaned(f'<figure><img src="{REAL}" alt="看不见"><figcaption>港口的<b>船</b></figcaption></figure>')
    assert clean.text == "港口的船"
    assert clean.html == (
        '<figure><img src="img:0" alt="看不见"><figcaption>港口的<strong>船</strong></figcaption></figure>'
    )
