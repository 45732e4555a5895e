"""Pictures are fetched from a real server; whatever it does, the fetch ends with a picture or a sentence."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from reader.errors import Sentence
from reader.fetching import FetchedPicture, FetchLimits, fetch_pictures
from tests.reader.fetching.web import Call, Web, said, sent_on
from tests.support.no_network import NetworkGuard
from tests.support.patience import PATIENCE_SECONDS

MEGABYTE = 2**20
QUICK = FetchLimits(seconds=1.0)


def fetch(url: str, **how: Any) -> FetchedPicture:
    (picture,) = fetch_pictures([url], **({"allow_private": True} | how))
    assert picture.url == url
    assert (picture.data is None) is (picture.reason is not None)
    return picture


def reason(url: str, **how: Any) -> str:
    picture = fetch(url, **how)
    assert isinstance(picture.reason, Sentence), "a picture came"
    return str(picture.reason)


def chunked(*pieces: bytes) -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body


def always(*addresses: str) -> Callable[[str, int], list[str]]:
    return lambda _host, _port: list(addresses)


def test_a_picture_comes_as_it_is(web: Web, png: bytes) -> None:
    web.answers["/a.png"] = said(png, "Content-Type: image/png")
    assert fetch(web.url("/a.png")).data == png


def test_the_request_tells_nothing_but_the_address(web: Web, png: bytes) -> None:
    web.answers["/a.png?w=1"] = said(png, "Set-Cookie: who=you")
    web.answers["/b.png"] = sent_on(web.url("/a.png?w=1"))
    fetch(web.url("/b.png#part"))
    fetch(web.url("/b.png"))
    for call in web.calls:
        assert call.headers == {
            "host": f"127.0.0.1:{web.port}",
            "user-agent": "Mozilla/5.0 (compatible; Pressmark)",
            "accept": "image/jpeg,image/png,image/webp,image/gif",
            "accept-encoding": "identity",
            "connection": "close",
        }


def test_proxies_of_the_environment_are_not_asked(web: Web, png: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    web.answers["/a.png"] = said(png)
    assert fetch(web.url("/a.png")).data == png


def test_chinese_and_spaces_in_an_address_are_quoted(web: Web, png: bytes) -> None:
    web.answers["/%E5%9B%BE%20%E7%89%87.png?a=%E4%B8%80%2F&b=1"] = said(png)
    assert fetch(web.url(" /图 片.png?a=一%2F&b=1 ".strip())).data == png


def test_a_redirect_is_followed_also_in_raw_chinese(web: Web, png: bytes) -> None:
    web.answers["/a"] = b"HTTP/1.1 301 Moved\r\nLocation: /\xe5\x9b\xbe\r\nContent-Length: 0\r\n\r\n"
    web.answers["/%E5%9B%BE"] = said(png)
    assert fetch(web.url("/a")).data == png


def test_redirects_in_circles_end(web: Web) -> None:
    web.answers["/a"] = sent_on("/b")
    web.answers["/b"] = sent_on("/a")
    assert reason(web.url("/a")) == "127.0.0.1 sends the request for the picture in circles."
    assert len(web.calls) == 6


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "data:image/png;base64,iVBORw0KGgo=",
        "ftp://127.0.0.1/a.png",
        "gopher://127.0.0.1/",
        "javascript:alert(1)",
        "http://[::1",
        "http://a b/",
        "http://127.0.0.1:99999/",
    ],
)
def test_a_redirect_off_the_web_is_refused(web: Web, target: str) -> None:
    web.answers["/a"] = sent_on(target)
    assert reason(web.url("/a")) in (
        "The address of the picture is not one of the web.",
        "127.0.0.1 gave an answer that cannot be read.",
    )


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "https://192.168.1.1/", "http://[fe80::1]/"],
)
def test_a_redirect_into_the_network_at_home_is_refused(web: Web, no_network: NetworkGuard, target: str) -> None:
    web.answers["/a"] = sent_on(target)
    host = target.split("/")[2].strip("[]")

    def resolve(name: str, port: int) -> list[str]:
        return [name]

    assert reason(web.url("/a"), resolve=resolve) == (
        f"{host} lies in this computer or its own network, and is not asked for pictures."
    )
    assert no_network.attempts == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_without_the_allowance_this_computer_is_refused_by_every_name(no_network: NetworkGuard, host: str) -> None:
    no_network.loopback = True
    answers = {"localhost": "127.0.0.1", "2130706433": "127.0.0.1", "0x7f.1": "127.0.0.1", "127.1": "127.0.0.1"}

    def resolve(name: str, port: int) -> list[str]:
        return [answers.get(name, name)]

    assert "own network" in reason(f"http://{host}/a.png", allow_private=False, resolve=resolve)
    assert no_network.attempts == []


@pytest.mark.parametrize(
    "host",
    [
        *(
            "①②⑦.⓪.⓪.①",
            "１２７.0.0.1",
            "127。0。0。1",
            "127.0.0.1.",
            "[::127.0.0.1]",
            "[::ffff:0:7f00:1]",
            "[fe80::1%25lo]",
        ),
        *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254", "[::ffff:169.254.169.254]"),
    ],
)
def test_a_number_in_another_spelling_is_asked_no_more(no_network: NetworkGuard, host: str) -> None:
    assert reason(f"http://{host}/a.png", allow_private=False, resolve=lambda name, port: [name.rstrip(".")])
    assert no_network.attempts == []


def test_one_private_address_among_several_spoils_them_all(web: Web) -> None:
    resolve = always("127.0.0.1", "10.0.0.1")
    assert "own network" in reason(web.url("/a.png", "pictures.test"), resolve=resolve)
    assert web.connections == 0


def test_a_name_is_resolved_once_and_that_address_is_asked(web: Web, png: bytes) -> None:
    """A second answer, into the network at home, is never waited for."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    web.answers["/a.png"] = said(png)
    picture = fetch(web.url("/a.png", "pictures.test"), resolve=lambda _host, _port: next(answers))
    assert picture.data == png
    assert next(answers) == ["10.0.0.1"]
    assert web.calls[0].headers["host"] == f"pictures.test:{web.port}"


def test_a_name_that_changes_its_address_between_redirects_is_refused(web: Web) -> None:
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    web.answers["/a"] = sent_on("/b")
    url = web.url("/a", "pictures.test")
    assert "own network" in reason(url, resolve=lambda _host, _port: next(answers))
    assert len(web.calls) == 1


def test_the_next_address_is_asked_if_the_first_is_dead(web: Web, png: bytes) -> None:
    web.answers["/a.png"] = said(png)
    resolve = always("127.0.0.2", "127.0.0.1")
    assert fetch(web.url("/a.png", "pictures.test"), resolve=resolve).data == png


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://pictures.test/a", "The address of the picture is not one of the web."),
        ("file:///etc/passwd", "The address of the picture is not one of the web."),
        ("a.png", "The address of the picture is not one of the web."),
        ("", "The address of the picture is not one of the web."),
        ("http://a\ud800.test/", "The address of the picture is not one of the web."),
        ("http://pictures.test/\ud800", "The address of the picture is not one of the web."),
        ("http://" + "a." * 200 + "test/", "The address of the picture is not one of the web."),
        ("http://pictures.test/" + "a" * 9000, "The address of the picture is not one of the web."),
        ("http://me:word@pictures.test/", "The address of the picture holds a user's name, and is not asked for."),
        ("http://@pictures.test/", "The address of the picture holds a user's name, and is not asked for."),
        ("http://pictures.test:22/", "pictures.test is not asked for a picture on port 22."),
        ("http://pictures.test:0/", "pictures.test is not asked for a picture on port 0."),
    ],
)
def test_an_address_off_the_web_is_refused_unasked(no_network: NetworkGuard, url: str, sentence: str) -> None:
    assert reason(url, allow_private=False) == sentence
    assert no_network.attempts == []


def test_control_characters_cannot_add_to_the_request(web: Web, png: bytes) -> None:
    reason(web.url("/a\r\nCookie: who=you\r\n\r\nGET /b\x00"))
    assert "cookie" not in web.calls[0].headers
    assert len(web.calls) == 1


def test_a_chinese_host_is_asked_by_its_ascii_name(web: Web, png: bytes) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    web.answers["/a.png"] = said(png)
    assert fetch(web.url("/a.png", "图片.test"), resolve=resolve).data == png
    assert asked == ["图片.test".encode("idna").decode()]


def test_a_host_that_is_not_found_is_said_to_be_so() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    sentence = "pictures.test cannot be found; perhaps there is no network."
    assert reason("https://pictures.test/a.png", resolve=resolve) == sentence
    assert reason("https://pictures.test/a.png", resolve=always()) == sentence


def test_a_resolver_that_hangs_does_not_hold_the_fetch() -> None:
    released, resolved = threading.Event(), threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        released.wait(PATIENCE_SECONDS)
        resolved.set()
        return []

    assert reason("https://pictures.test/a.png", resolve=resolve, limits=QUICK) == "pictures.test took longer than 1 s."
    assert not resolved.is_set()
    released.set()


def test_nobody_there_is_said_to_be_so(web: Web) -> None:
    resolve = always("127.0.0.2")
    assert reason(web.url("/", "pictures.test"), resolve=resolve) == "pictures.test cannot be reached."


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("404 Not Found", "127.0.0.1 does not have the picture any more (404)."),
        ("410 Gone", "127.0.0.1 does not have the picture any more (410)."),
        ("403 Forbidden", "127.0.0.1 does not give the picture away (403)."),
        ("204 No Content", "127.0.0.1 did not send the picture (204)."),
        ("206 Partial Content", "127.0.0.1 did not send the picture (206)."),
        ("302 Found", "127.0.0.1 did not send the picture (302)."),
        ("500 Sorry", "127.0.0.1 did not send the picture (500)."),
    ],
)
def test_a_refusal_is_told_with_its_number(web: Web, png: bytes, status: str, sentence: str) -> None:
    web.answers["/a.png"] = said(png, status=status)
    assert reason(web.url("/a.png")) == sentence


def test_a_picture_is_known_by_its_first_bytes_not_by_its_type(web: Web, png: bytes) -> None:
    web.answers["/a.png"] = said(png, "Content-Type: text/html")
    assert fetch(web.url("/a.png")).data == png


@pytest.mark.parametrize("body", [b"<!doctype html><p>", b"<svg xmlns=", b"", b"GIF", b"\x00" * 40])
def test_what_is_no_picture_is_refused(web: Web, body: bytes) -> None:
    web.answers["/a.png"] = said(body, "Content-Type: image/png")
    assert reason(web.url("/a.png")) == "What 127.0.0.1 sent is no picture."


def test_a_page_is_refused_at_its_first_bytes(web: Web) -> None:
    def endless_page(call: Call) -> None:
        call.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        call.drip(b"<p>more</p>", 0.01)

    web.answers["/a"] = endless_page
    assert reason(web.url("/a")) == "What 127.0.0.1 sent is no picture."


def test_chunks_are_put_together(web: Web, png: bytes) -> None:
    web.answers["/a.png"] = chunked(png[:5], png[5:30], png[30:], b"")
    assert fetch(web.url("/a.png")).data == png


@pytest.mark.parametrize(
    "tail", [b"-5\r\n", b"zz\r\n", b"\r\n", b"1" * 70_000 + b"\r\n"], ids=["negative", "letters", "none", "long"]
)
def test_chunks_of_no_size_cannot_be_read(web: Web, png: bytes, tail: bytes) -> None:
    web.answers["/a.png"] = chunked(png) + tail
    assert reason(web.url("/a.png")) in (
        "127.0.0.1 gave an answer that cannot be read.",
        "127.0.0.1 broke off the connection.",
    )


def test_chunks_that_break_off_are_no_picture(web: Web, png: bytes) -> None:
    web.answers["/a.png"] = chunked(png) + b"ffff\r\nabc"
    assert reason(web.url("/a.png")) == "127.0.0.1 broke off the connection."


def test_a_packed_picture_is_unpacked(web: Web, png: bytes) -> None:
    web.answers["/a.png"] = said(gzip.compress(png), "Content-Encoding: gzip")
    assert fetch(web.url("/a.png")).data == png


def test_a_packed_picture_that_breaks_off_is_none(web: Web, png: bytes) -> None:
    web.answers["/a.png"] = said(gzip.compress(png)[:-9], "Content-Encoding: gzip")
    assert reason(web.url("/a.png")) == "127.0.0.1 broke off the connection."


def test_a_bomb_of_gzip_ends_at_the_bound(web: Web, png: bytes) -> None:
    web.answers["/a.png"] = said(gzip.compress(png + bytes(50 * MEGABYTE)), "Content-Encoding: gzip")
    limits = FetchLimits(max_bytes=MEGABYTE)
    assert reason(web.url("/a.png"), limits=limits) == "What 127.0.0.1 sent is larger than 1 MB."


@pytest.mark.parametrize("encoding", ["br", "gzip", "deflate"])
def test_an_encoding_that_is_not_what_it_says_is_no_picture(web: Web, encoding: str) -> None:
    web.answers["/a.png"] = said(b"\x1b\x03\x00\xf8" * 9, f"Content-Encoding: {encoding}")
    assert fetch(web.url("/a.png")).data is None


def test_a_length_above_the_bound_is_refused_unread(web: Web, png: bytes) -> None:
    def claim(call: Call) -> None:
        call.say(said(png, length=21 * MEGABYTE))
        call.drip(b"", 0.05)

    web.answers["/a.png"] = claim
    assert reason(web.url("/a.png")) == "What 127.0.0.1 sent is larger than 20 MB."


def test_a_body_without_end_is_cut_at_the_bound(web: Web, png: bytes) -> None:
    def endless(call: Call) -> None:
        call.say(b"HTTP/1.1 200 OK\r\n\r\n" + png)
        call.drip(bytes(2**16), 0)

    web.answers["/a.png"] = endless
    limits = FetchLimits(max_bytes=MEGABYTE)
    assert reason(web.url("/a.png"), limits=limits) == "What 127.0.0.1 sent is larger than 1 MB."


def test_chunks_that_are_all_wrapping_are_cut_at_the_bound(web: Web, png: bytes) -> None:
    def endless(call: Call) -> None:
        call.say(chunked(png))
        call.drip(b"1;" + b"x" * 60_000 + b"\r\n\x00\r\n", 0)

    web.answers["/a.png"] = endless
    limits = FetchLimits(max_bytes=MEGABYTE)
    assert reason(web.url("/a.png"), limits=limits) == "What 127.0.0.1 sent is larger than 1 MB."


def test_a_body_shorter_than_it_says_is_no_picture(web: Web, png: bytes) -> None:
    web.answers["/a.png"] = said(png, length=len(png) + 1)
    assert reason(web.url("/a.png")) == "127.0.0.1 broke off the connection."


def test_a_body_longer_than_it_says_is_read_as_far_as_it_says(web: Web, png: bytes) -> None:
    web.answers["/a.png"] = said(png + b"more", length=len(png))
    assert fetch(web.url("/a.png")).data == png


@pytest.mark.parametrize("length", ["-1", "many", "1e9"])
def test_a_length_that_is_no_number_does_not_matter(web: Web, png: bytes, length: str) -> None:
    web.answers["/a.png"] = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode() + png
    assert fetch(web.url("/a.png")).data == png


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"y" * 30_000 + b"\r\n") * 9 + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000,
        b"HTTP/2 200\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x15\x03\x01\x00\x02\x02\x28" * 3 + b"\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
    ],
    ids=["long", "many", "big", "continue", "version", "ssh", "tls", "letters", "status"],
)
def test_headers_that_cannot_be_read_are_refused(web: Web, head: bytes) -> None:
    web.answers["/a.png"] = head
    assert reason(web.url("/a.png")) == "127.0.0.1 gave an answer that cannot be read."


def test_a_connection_that_is_reset_is_said_to_be_broken_off(web: Web, png: bytes) -> None:
    def reset(call: Call) -> None:
        call.say(said(png, length=9_999))
        call.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    web.answers["/a.png"] = reset
    web.answers["/b.png"] = b""
    assert reason(web.url("/a.png")) == "127.0.0.1 broke off the connection."
    assert reason(web.url("/b.png")) == "127.0.0.1 broke off the connection."


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n\x89PNG\r\n\x1a\n"])
def test_a_drip_ends_when_the_time_is_up(web: Web, start: bytes) -> None:
    """Each byte comes in time; the whole does not."""

    def drip(call: Call) -> None:
        call.say(start)
        call.drip(b"x", 0.05)

    web.answers["/a.png"] = drip
    assert reason(web.url("/a.png"), limits=QUICK) == "127.0.0.1 took longer than 1 s."


def test_silence_ends_when_the_time_is_up(web: Web) -> None:
    web.answers["/a.png"] = lambda call: call.closing.wait(PATIENCE_SECONDS) and None
    assert reason(web.url("/a.png"), limits=QUICK) == "127.0.0.1 took longer than 1 s."


def test_redirects_share_one_time(web: Web) -> None:
    def slow(call: Call) -> None:
        call.closing.wait(0.4)
        call.say(sent_on("/a"))

    web.answers["/a"] = slow
    assert reason(web.url("/a"), limits=QUICK) == "127.0.0.1 took longer than 1 s."


def test_pictures_come_as_they_are_ready(web: Web, png: bytes) -> None:
    others_came = threading.Event()

    def slow(call: Call) -> None:
        others_came.wait(PATIENCE_SECONDS)
        call.say(said(png))

    web.answers |= {"/slow": slow, "/quick": said(png)}
    urls = [web.url("/slow"), web.url("/quick"), web.url("/none")]
    pictures = iter(fetch_pictures(urls, allow_private=True))
    assert {next(pictures).url, next(pictures).url} == set(urls[1:])
    others_came.set()
    assert [picture.url for picture in pictures] == urls[:1]


def test_a_host_is_asked_by_two_at_once_and_all_by_four(web: Web, png: bytes) -> None:
    asking: list[str] = []
    seen: list[list[str]] = []
    four_ask = threading.Event()

    def slow(call: Call) -> None:
        asking.append(call.headers["host"])
        if len(asking) == 4:
            four_ask.set()
        four_ask.wait(PATIENCE_SECONDS)
        # Time for one too many to come.
        call.closing.wait(0.05)
        seen.append(list(asking))
        asking.remove(call.headers["host"])
        call.say(said(png))

    web.answers["/a"] = slow
    urls = [web.url("/a", f"{name}.test") for name in ("one", "two", "three", "four") for _ in range(4)]
    pictures = list(fetch_pictures(urls, allow_private=True, resolve=always("127.0.0.1")))
    assert [picture.data for picture in pictures] == [png] * 16
    assert max(map(len, seen)) == 4
    assert max(max(Counter(hosts).values()) for hosts in seen) == 2


def test_addresses_are_taken_as_they_are_needed(web: Web, png: bytes) -> None:
    taken = 0

    def addresses() -> Iterable[str]:
        nonlocal taken
        while True:
            taken += 1
            yield web.url("/a")

    web.answers["/a"] = said(png)
    pictures = fetch_pictures(addresses(), allow_private=True)
    assert next(iter(pictures)).data == png
    pictures.close()  # type: ignore[attr-defined]
    assert taken < 1_000


@pytest.mark.parametrize("held", ["answer", "resolver"])
def test_cancelling_waits_for_nobody(web: Web, held: str) -> None:
    released, asked, resolved = threading.Event(), threading.Event(), threading.Event()

    def hold(_: object, __: object = None) -> list[str]:
        asked.set()
        released.wait(PATIENCE_SECONDS)
        resolved.set()
        return []

    def answer(call: Call) -> None:
        asked.set()
        call.drip(b"H", 0.05)

    web.answers["/a"] = answer
    resolve = hold if held == "resolver" else always("127.0.0.1")
    pictures = fetch_pictures([web.url("/a")], allow_private=True, resolve=resolve, cancelled=asked.is_set)
    assert list(pictures) == []
    assert not resolved.is_set()
    released.set()


def test_closing_the_generator_ends_what_runs(web: Web, png: bytes) -> None:
    web.answers |= {"/a": said(png), "/b": lambda call: call.drip(b"H", 0.05)}
    pictures = fetch_pictures([web.url("/b"), web.url("/a")], allow_private=True)
    assert next(iter(pictures)).url == web.url("/a")
    pictures.close()  # type: ignore[attr-defined]


def test_nothing_to_fetch_is_no_work() -> None:
    assert list(fetch_pictures([])) == []


def test_a_trusted_host_is_asked_over_tls(secure_web: Web, png: bytes, trusting: ssl.SSLContext) -> None:
    secure_web.answers["/a.png"] = said(png * 20)
    url = secure_web.url("/a.png", "pictures.test")
    assert fetch(url, resolve=always("127.0.0.1"), tls=trusting).data == png * 20


@pytest.mark.parametrize("host", ["other.test", "127.0.0.1"])
def test_a_certificate_of_another_name_is_refused(secure_web: Web, trusting: ssl.SSLContext, host: str) -> None:
    url = secure_web.url("/a.png", host)
    sentence = reason(url, resolve=always("127.0.0.1"), tls=trusting)
    assert sentence.startswith(f"{host} has no valid certificate: ")
    assert secure_web.calls == []


def test_a_certificate_that_nobody_vouches_for_is_refused(secure_web: Web) -> None:
    sentence = reason(secure_web.url("/a.png", "pictures.test"), resolve=always("127.0.0.1"))
    assert sentence.startswith("pictures.test has no valid certificate: ")
    assert secure_web.calls == []


def test_a_host_that_does_not_speak_tls_is_said_to_break_off(web: Web) -> None:
    web.first_words = b"220 Welcome\r\n"
    url = web.url("/").replace("http:", "https:")
    assert reason(url) == "127.0.0.1 broke off the connection."


def test_a_handshake_that_hangs_ends_when_the_time_is_up(web: Web) -> None:
    url = web.url("/").replace("http:", "https:")
    assert reason(url, limits=QUICK) == "127.0.0.1 took longer than 1 s."


def test_a_host_that_is_lost_is_not_waited_for_again_and_again(web: Web) -> None:
    asked: list[str] = []

    def nobody(host: str, port: int) -> list[str]:
        asked.append(host)
        raise OSError("no such host")

    urls = [f"https://gone.test/{number}.jpg" for number in range(40)]
    fetched = list(fetch_pictures(urls, resolve=nobody))
    assert len(fetched) == 40
    assert {str(picture.reason) for picture in fetched} == {"gone.test cannot be found; perhaps there is no network."}
    assert 3 <= len(asked) <= 5
