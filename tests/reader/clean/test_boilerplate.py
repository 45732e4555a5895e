from datetime import UTC, datetime

from reader.clean import clean_capture, whole_page
from tests.reader.clean.pages import PAGES, capture, cleaned, faults, page


def test_an_rfi_page_loses_its_share_block_promotions_and_feed_footer() -> None:
    clean = page("rfi", url="https://www.rfi.fr/cn/harbour")
    assert clean.text.split("\n") == [
        "港口的渔民周二说，新的灯塔让夜航安全了许多。",
        "灯塔高三十米，由村民自己出资建成。",
        "工程历时两年，比计划提前了一个月。",
    ]
    assert clean.images[0].url == "https://s.example.org/media/w:1280/harbour.jpg"
    assert not clean.html.endswith("<hr>")


def test_the_date_line_of_rfi_is_paris_time_and_of_others_utc() -> None:
    assert page("rfi", url="https://www.rfi.fr/cn/harbour").published == datetime(2024, 3, 5, 20, 7, tzinfo=UTC)
    assert page("rfi").published == datetime(2024, 3, 5, 21, 7, tzinfo=UTC)


def test_a_date_that_the_head_of_the_file_stated_is_not_answered_again() -> None:
    known = datetime(2024, 3, 6, tzinfo=UTC)
    clean = page("rfi", published=known)
    assert clean.published is None
    assert "05/03/2024" not in clean.text


def test_an_impossible_date_line_stays_in_the_page() -> None:
    clean = cleaned("<div>45/13/2024 - 21:07</div><p>正文</p>")
    assert clean.published is None
    assert clean.text.startswith("45/13/2024")


def test_a_wordpress_theme_leaves_only_the_article() -> None:
    clean = page("wordpress", title="灯塔与海")
    assert clean.text == "Anna\n海风吹过灯塔， the lamp turned slowly.\n联系我们：ana@example.org"
    assert len(clean.images) == 1


def test_essays_in_a_comment_wrapper_are_the_article() -> None:
    text = page("essays").text
    assert "A lamp is a promise that somebody else will arrive." in text
    assert "Anna Keeper" in text
    assert "Comments" not in text


def test_comments_that_can_be_answered_are_not_the_article() -> None:
    text = page("drupal", title="旧码头").text
    assert text == "文/安娜\n旧码头在雨里站了一百年。"


def test_spam_that_outweighs_the_article_goes() -> None:
    spam = "<p>" + "Buy pills online. " * 200 + '</p><p class="comment-permalink"><a href="/c/1">永久连接</a></p>'
    assert cleaned(f'<p>短文。</p><div class="comment-wrapper">{spam}</div>').text == "短文。"


def test_lines_between_double_breaks_are_judged_one_by_one() -> None:
    assert cleaned("正文。<br><br>分享 :<br> <br>https://example.org").text == "正文。\nhttps://example.org"


def test_what_removing_lays_bare_is_judged_again() -> None:
    assert cleaned("<p>Body.</p><p>Related</p><h1>灯塔</h1>", title="灯塔").text == "Body."


def test_the_card_of_china_digital_times_gives_facts_and_stays() -> None:
    clean = page("cdt")
    assert (clean.author, clean.source) == ("林听潮", "微信公众号“听潮”")
    assert clean.published == datetime(2022, 4, 9, tzinfo=UTC)
    assert "原标题：码头来信" in clean.text
    assert clean.text.endswith("今天的潮水比往常高。")


def test_a_known_author_is_not_answered_again() -> None:
    assert page("cdt", author="别人").author is None


def test_medium_pages_lose_their_footer_counter_and_like_button() -> None:
    clean = page("medium")
    assert clean.text == "The pier, 1911\nNotes\n滅燈之前（10）\n點燈之後（8）\nhttps://medium.example/media/f1d7/href"
    assert [image.url for image in clean.images] == ["https://cdn.example.com/max/952/pier.jpeg"]
    assert 'href="https://medium.example/media/f1d7/href"' in clean.html


def test_a_stub_of_medium_stays_readable() -> None:
    clean = cleaned(
        '<div class="medium-feed-item"><p class="medium-feed-snippet">Two lines.</p>'
        '<p class="medium-feed-link"><a href="/p">Continue reading on Medium »</a></p></div>'
    )
    assert clean.text == "Two lines.\nContinue reading on Medium »"


def test_an_inline_list_of_further_reading_stays() -> None:
    clean = cleaned("<p>正文。</p><p>相关阅读：</p><ul><li><a href='/a'>另一篇</a></li></ul>")
    assert clean.text == "正文。\n相关阅读：\n另一篇"


def test_related_at_the_end_goes_with_its_links() -> None:
    clean = cleaned("<p>Body.</p><h3>Related</h3><p><a href='/a'>One</a></p><p><a href='/b'>Two</a></p>")
    assert clean.text == "Body."


def test_related_before_a_paragraph_stays() -> None:
    clean = cleaned("<p>Body.</p><h3>Related</h3><p>It is related to the sea.</p>")
    assert clean.text == "Body.\nRelated\nIt is related to the sea."


def test_an_article_that_wears_the_class_of_boilerplate_stays() -> None:
    words = "这一段属于文章本身。" * 120
    assert words in cleaned(f'<div class="related-posts"><p>{words}</p></div><p>尾</p>').text


def test_a_line_that_only_mentions_sharing_stays() -> None:
    assert cleaned("<p>分享是一种美德。</p>").text == "分享是一种美德。"


def test_a_row_of_share_links_goes() -> None:
    row = '<p><a href="https://t.me/share/url?url=x">Telegram</a> | <a href="https://x.com/intent/tweet?x">X</a></p>'
    assert cleaned(f"<p>正文。</p>{row}").text == "正文。"


def test_hidden_words_go_and_late_shown_bodies_stay() -> None:
    body = "<p>" + "微信的正文要等脚本才显示。" * 30 + "</p>"
    hidden = '<div style="display:none">秘密</div><div hidden>藏</div>'
    clean = cleaned(f'{hidden}<div style="visibility: hidden">{body}</div>')
    assert "秘密" not in clean.text
    assert "藏" not in clean.text
    assert "微信的正文" in clean.text


def test_a_chart_drawn_for_several_widths_is_read_once() -> None:
    drawing = '<div class="ai2html-artboard"><div class="g-artboard"><img src="/{0}.png"><p>2019</p></div></div>'
    clean = cleaned(f'<div class="ai2html-boards">{drawing.format("wide")}{drawing.format("narrow")}</div><p>文</p>')
    assert clean.text == "2019\n文"
    assert [image.url for image in clean.images] == ["https://www.example.org/wide.png"]


def test_a_poll_goes_with_the_articles_it_nests() -> None:
    assert (
        cleaned('<p>正文。</p><div class="node-poll"><p>投票</p><article><p>另一篇</p></article></div>').text
        == "正文。"
    )


def test_a_heading_that_is_a_file_name_goes_only_above_a_picture() -> None:
    assert cleaned("<h2>tou_.jpeg</h2><p><img src='/a.jpg'></p><p>文</p>").text == "文"
    assert cleaned("<h2>tou_.jpeg</h2><p>文</p><p>文</p>").text.startswith("tou_.jpeg")


def test_the_original_page_shows_what_was_removed() -> None:
    for path in sorted(PAGES.glob("*.html")):
        saved = capture(path.read_text("utf-8"), title="旧码头")
        original = whole_page(saved)
        assert faults(original, removed=True) == [], path.name
        for line in clean_capture(saved).text.split("\n"):
            assert line in original.text, path.name
    rfi = whole_page(capture((PAGES / "rfi.html").read_text("utf-8")))
    assert '<div class="removed"><p>分享 :</p></div>' in rfi.html
    assert "获取更多RSS：" in rfi.text


def test_a_heading_that_repeats_the_title_without_the_name_of_the_site_goes() -> None:
    body = "<h1>灯塔与海</h1><p>正文。</p>"
    assert cleaned(body, title="灯塔与海 - Harbour", source="Harbour").text == "正文。"
    assert cleaned(body, title="灯塔与海 - 续篇", source="Harbour").text == "灯塔与海\n正文。"


def test_drupal_says_once_who_wrote() -> None:
    head = '<p><a href="/author/7">Anna</a> 在 星期二, 12/20/2016 - 15:38 提交</p><p>文/</p><p><a href="/author/7">Anna</a></p>'
    assert cleaned(head + "<p>正文。</p>", author="Anna").text == "正文。"
    assert "提交" in cleaned(head + "<p>正文。</p>", author="Berta").text
    assert "提交" in cleaned(head + "<p>正文。</p>").text
    english = "<p>Submitted by Anna on Tue, 12/20/2016 - 15:38</p><p>Body.</p>"
    assert cleaned(english, author="Anna").text == "Body."
    assert cleaned("", author="Anna").text == ""
    assert len(cleaned(f"<p>{'字' * 300}</p>", author="Anna").text) == 300


def test_pictures_that_share_go_and_pictures_that_show_stay() -> None:
    address = "https%3A//example.org/768"
    row = "".join(
        f'<a href="https://{site}{address}"><img src="/{name}.png" alt="{name} logo"> </a>'
        for site, name in (
            ("twitter.com/share?url=", "Twitter"),
            ("www.facebook.com/sharer.php?u=", "Facebook"),
            ("www.google.com/bookmarks/mark?op=add&amp;bkmk=", "Google"),
        )
    )
    clean = cleaned(
        f'<p>正文。</p><p><a href="https://www.google.com/maps"><img src="/map.png" alt="Map"></a></p><p>{row}</p>'
    )
    assert [image.alt for image in clean.images] == ["Map"]


def test_the_last_line_that_asks_to_follow_a_paper_goes_with_its_dashes() -> None:
    follow = "<p>———</p><p>微信搜索“<strong>灯塔书评</strong>”（Lighthouse）：读海，读灯。</p>"
    assert cleaned("<p>正文。</p>" + follow).text == "正文。"
    assert "微信搜索" in cleaned(follow + "<p>正文。</p>").text
