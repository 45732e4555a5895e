"""The kinds of file that an import refuses, with a sentence for each, and an example of the kind that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from reader.errors import Sentence

# The beginning of a feed capture, the one kind of file that is read.
CAPTURE_EXAMPLE = """\
<!--1689156904000-->
[The title](https://example.org/the-address)
------

<p>The article, as HTML.</p>
"""


class FileKind(StrEnum):
    """The kind of a file that no capture was read from; the values are for programs, and never change."""

    # Saved pages and articles
    WEB_PAGE = "web-page"
    SINGLEFILE = "singlefile"
    SAVE_PAGE_WE = "save-page-we"
    MHTML = "mhtml"
    WEBARCHIVE = "webarchive"
    MAFF = "maff"
    WARC = "warc"
    ZIM = "zim"
    EVERNOTE = "evernote"
    MARKDOWN = "markdown"
    TEXT = "text"
    FEED = "feed"
    # Books and documents
    EPUB = "epub"
    FICTION_BOOK = "fiction-book"
    KINDLE = "kindle"
    BOOK_DESCRIPTION = "book-description"
    PDF = "pdf"
    WORD = "word"
    SPREADSHEET = "spreadsheet"
    PRESENTATION = "presentation"
    OPEN_DOCUMENT = "open-document"
    OLD_OFFICE = "old-office"
    RTF = "rtf"
    # What other programs export
    POCKET = "pocket"
    INSTAPAPER = "instapaper"
    RAINDROP = "raindrop"
    READWISE_READER = "readwise-reader"
    READWISE_HIGHLIGHTS = "readwise-highlights"
    OMNIVORE = "omnivore"
    WALLABAG = "wallabag"
    READECK = "readeck"
    KARAKEEP = "karakeep"
    LINKWARDEN = "linkwarden"
    READABILITY = "readability"
    PINBOARD = "pinboard"
    BOOKMARKS = "bookmarks"
    LINKS = "links"
    OPML = "opml"
    SHORTCUT = "shortcut"
    # Pressmark's own
    PRESSMARK_EXPORT = "pressmark-export"
    PRESSMARK_BACKUP = "pressmark-backup"
    PRESSMARK_LIBRARY = "pressmark-library"
    # Messages and people
    EMAIL = "e-mail"
    MAILBOX = "mailbox"
    CALENDAR = "calendar"
    CONTACTS = "contacts"
    # Pictures, sound, films
    PICTURE_KEPT = "picture-kept"
    PICTURE_NOT_KEPT = "picture-not-kept"
    OTHER_PICTURE = "other-picture"
    DRAWING = "drawing"
    AUDIO = "audio"
    VIDEO = "video"
    # Parts of pages, programs, data
    STYLE_SHEET = "style-sheet"
    FONT = "font"
    SCRIPT = "script"
    PROGRAM = "program"
    DATABASE = "database"
    TABLE = "table"
    JSON = "json"
    XML = "xml"
    # Archives and packed files
    ARCHIVE_IN_ARCHIVE = "archive-in-archive"
    OTHER_ARCHIVE = "other-archive"
    PACKED_FILE = "packed-file"
    PACKED_OTHERWISE = "packed-otherwise"
    UNKNOWN = "unknown"


_SENTENCES: Mapping[FileKind, str] = {
    FileKind.WEB_PAGE: "This is a web page, which this version of Pressmark does not read.",
    FileKind.SINGLEFILE: "This is a web page saved by SingleFile, which this version of Pressmark does not read.",
    FileKind.SAVE_PAGE_WE: "This is a web page saved by Save Page WE, which this version of Pressmark does not read.",
    FileKind.MHTML: "This is an MHTML page, which this version of Pressmark does not read.",
    FileKind.WEBARCHIVE: "This is a Safari web archive, which this version of Pressmark does not read.",
    FileKind.MAFF: "This is a web page saved as MAFF or HTZ, which this version of Pressmark does not read.",
    FileKind.WARC: "This is a web crawl (WARC, WACZ or ARC), which this version of Pressmark does not read.",
    FileKind.ZIM: "This is a ZIM collection of web pages, which Pressmark does not read.",
    FileKind.EVERNOTE: "This is an Evernote export, which this version of Pressmark does not read.",
    FileKind.MARKDOWN: "This is a Markdown note, which this version of Pressmark does not read.",
    FileKind.TEXT: "This is plain text, which this version of Pressmark does not read.",
    FileKind.FEED: "This is a feed (RSS, Atom or JSON), which this version of Pressmark does not read.",
    FileKind.EPUB: "This is an EPUB, which this version of Pressmark does not read.",
    FileKind.FICTION_BOOK: "This is a FictionBook, which Pressmark does not read.",
    FileKind.KINDLE: "This is a Kindle book, which Pressmark does not read.",
    FileKind.BOOK_DESCRIPTION: "This is the description of a book (OPF); it holds no article.",
    FileKind.PDF: "This is a PDF, which this version of Pressmark does not read.",
    FileKind.WORD: "This is a Word document, which Pressmark does not read.",
    FileKind.SPREADSHEET: "This is a spreadsheet, which Pressmark does not read.",
    FileKind.PRESENTATION: "This is a presentation, which Pressmark does not read.",
    FileKind.OPEN_DOCUMENT: "This is an OpenDocument file, which Pressmark does not read.",
    FileKind.OLD_OFFICE: "This is an old office document such as .doc or .xls, which Pressmark does not read.",
    FileKind.RTF: "This is a rich-text document (RTF), which Pressmark does not read.",
    FileKind.POCKET: "This is a list of links from Pocket; it holds no articles.",
    FileKind.INSTAPAPER: "This is a list of links from Instapaper; it holds no articles.",
    FileKind.RAINDROP: "This is a list of links from Raindrop; it holds no articles.",
    FileKind.READWISE_READER: "This is a list of links from Readwise Reader; it holds no articles.",
    FileKind.READWISE_HIGHLIGHTS: "This is a list of highlights from Readwise; it holds no articles.",
    FileKind.OMNIVORE: "This is an export from Omnivore, which this version of Pressmark does not read.",
    FileKind.WALLABAG: "This is an export from wallabag, which this version of Pressmark does not read.",
    FileKind.READECK: "This is an export from Readeck, which this version of Pressmark does not read.",
    FileKind.KARAKEEP: "This is a list of links from Karakeep; it holds no articles.",
    FileKind.LINKWARDEN: "This is a list of links from Linkwarden; it holds no articles.",
    FileKind.READABILITY: "This is a list of links from Readability; it holds no articles.",
    FileKind.PINBOARD: "This is a list of links from Pinboard; it holds no articles.",
    FileKind.BOOKMARKS: "This is a list of bookmarks; it holds no articles.",
    FileKind.LINKS: "This is a list of links; it holds no articles.",
    FileKind.OPML: "This is an outline or a list of feeds (OPML); it holds no articles.",
    FileKind.SHORTCUT: "This is a shortcut to an address or a program; it holds no article.",
    FileKind.PRESSMARK_EXPORT: "This is an export from Pressmark as JSON, which this version does not read back.",
    FileKind.PRESSMARK_BACKUP: "This is a backup of a Pressmark library; restore it instead of importing it.",
    FileKind.PRESSMARK_LIBRARY: "This is the store of a Pressmark library; open that library to read it.",
    FileKind.EMAIL: "This is an e-mail, which Pressmark does not read.",
    FileKind.MAILBOX: "This is a mailbox, which Pressmark does not read.",
    FileKind.CALENDAR: "This is a calendar; it holds no article.",
    FileKind.CONTACTS: "This is an address book; it holds no article.",
    FileKind.PICTURE_KEPT: "This is a picture; it is kept with the article that shows it.",
    FileKind.PICTURE_NOT_KEPT: "This is a picture; no article in the library shows it, and it is not kept.",
    FileKind.OTHER_PICTURE: "This is a picture of a kind that Pressmark does not keep.",
    FileKind.DRAWING: "This is a drawing (SVG), a kind of picture that Pressmark does not keep.",
    FileKind.AUDIO: "This is a sound recording; it holds no article.",
    FileKind.VIDEO: "This is a video; it holds no article.",
    FileKind.STYLE_SHEET: "This is the style sheet of a web page; it holds no article.",
    FileKind.FONT: "This is a font; it holds no article.",
    FileKind.SCRIPT: "This is a script or the source of a program; it holds no article.",
    FileKind.PROGRAM: "This is a program; it holds no article.",
    FileKind.DATABASE: "This is a database of another program; it holds no article that Pressmark can read.",
    FileKind.TABLE: "This is a table (CSV); it holds no article that Pressmark can read.",
    FileKind.JSON: "This is a JSON file of a kind that Pressmark does not know.",
    FileKind.XML: "This is an XML file of a kind that Pressmark does not know.",
    FileKind.ARCHIVE_IN_ARCHIVE: "This is an archive inside an archive; unpack it once to import it.",
    FileKind.OTHER_ARCHIVE: "This is an archive of a kind that Pressmark cannot unpack; unpack it first.",
    FileKind.PACKED_FILE: "This is a single packed file; unpack it first.",
    FileKind.PACKED_OTHERWISE: "This is packed in a way that Pressmark cannot unpack (such as .zst); unpack it first.",
    FileKind.UNKNOWN: "This is not a saved article that Pressmark knows.",
}
_KINDS = {template: kind for kind, template in _SENTENCES.items()}


def refusal(kind: FileKind) -> Sentence:
    """Return the sentence that says what a file is, and that no article was read from it."""
    return Sentence(_SENTENCES[kind])


def kind_of_refusal(reason: Sentence | None) -> FileKind | None:
    """Return the kind of file that a reason names; None for any other reason, for example damage."""
    return None if reason is None else _KINDS.get(reason.template)
