"""The sentences of the core, in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from reader.errors import Sentence
from ui.marked import QT_TRANSLATE_NOOP

# Every template that `reader` may say, for lupdate to find; a test keeps the list complete.
SENTENCES = (
    QT_TRANSLATE_NOOP("reader", "A minus sign leaves out the word right behind it."),
    QT_TRANSLATE_NOOP("reader", "A parenthesis is closed that was not opened."),
    QT_TRANSLATE_NOOP("reader", "A parenthesis is not closed."),
    QT_TRANSLATE_NOOP("reader", "A picture of article {id}, “{title}”, is damaged ({name})."),
    QT_TRANSLATE_NOOP("reader", "A picture of article {id}, “{title}”, is missing ({name})."),
    QT_TRANSLATE_NOOP("reader", "Another program is writing to the search index."),
    QT_TRANSLATE_NOOP("reader", "Article {id} has no revision {revision}."),
    QT_TRANSLATE_NOOP("reader", "Nothing follows “{field}:”."),
    QT_TRANSLATE_NOOP("reader", "OR stands between two words; one of them is missing."),
    QT_TRANSLATE_NOOP(
        "reader",
        "Pressmark tripped over this file; the fault is ours, and the log says more ({cause}).",
    ),
    QT_TRANSLATE_NOOP("reader", "The address of the picture holds a user's name, and is not asked for."),
    QT_TRANSLATE_NOOP("reader", "The address of the picture is not one of the web."),
    QT_TRANSLATE_NOOP("reader", "The archive is damaged after its first {done} files, which were read ({cause})."),
    QT_TRANSLATE_NOOP("reader", "The archive is damaged, or none that Pressmark can read ({cause})."),
    QT_TRANSLATE_NOOP(
        "reader",
        "The archive unpacks to far more than any collection of articles; after its first {done} files it is not read.",
    ),
    QT_TRANSLATE_NOOP("reader", "The file breaks off before its article begins; it was not saved whole."),
    QT_TRANSLATE_NOOP("reader", "The file cannot be read: {cause}."),
    QT_TRANSLATE_NOOP("reader", "The file has {size} MB; Pressmark reads files of up to {limit} MB."),
    QT_TRANSLATE_NOOP(
        "reader",
        "The file in the archive is larger than {limit} MB, whatever size it claims; it is not read.",
    ),
    QT_TRANSLATE_NOOP("reader", "The file is damaged inside its archive ({cause})."),
    QT_TRANSLATE_NOOP("reader", "The file is empty."),
    QT_TRANSLATE_NOOP("reader", "The file is locked with a password; unlock the archive and try again."),
    QT_TRANSLATE_NOOP("reader", "The file may not be read; its permissions forbid it."),
    QT_TRANSLATE_NOOP("reader", "The file {name} of the search index is damaged."),
    QT_TRANSLATE_NOOP("reader", "The index holds {count} articles that the library does not."),
    QT_TRANSLATE_NOOP("reader", "The index lacks {count} articles that it should hold."),
    QT_TRANSLATE_NOOP("reader", "The library holds this very capture already."),
    QT_TRANSLATE_NOOP(
        "reader",
        "The library {library} is being written by {holder}. Try again when it has finished.",
    ),
    QT_TRANSLATE_NOOP("reader", "The library {library} is open in another program. Close it there and try again."),
    QT_TRANSLATE_NOOP("reader", "The library {path_name} cannot be used: {cause}."),
    QT_TRANSLATE_NOOP("reader", "The library {path_name} cannot be written here. Check the folder's permissions."),
    QT_TRANSLATE_NOOP("reader", "The library {path_name} is busy in another program. Try again in a moment."),
    QT_TRANSLATE_NOOP("reader", "The library {path_name} is damaged ({cause})."),
    QT_TRANSLATE_NOOP("reader", "The library {path_name} is not there any more. Connect its disk and try again."),
    QT_TRANSLATE_NOOP(
        "reader",
        "The library {path_name} is of an older version and may not be written here. Copy its folder to where it may.",
    ),
    QT_TRANSLATE_NOOP("reader", "The library {path_name} reports an error: {cause}."),
    QT_TRANSLATE_NOOP("reader", "The original of article {id} is damaged ({cause})."),
    QT_TRANSLATE_NOOP("reader", "The original of article {id}, “{title}”, is damaged."),
    QT_TRANSLATE_NOOP("reader", "The page of article {id} is damaged ({cause})."),
    QT_TRANSLATE_NOOP("reader", "The page of article {id}, “{title}”, is damaged."),
    QT_TRANSLATE_NOOP("reader", "The parentheses nest too deep; the inner ones were ignored."),
    QT_TRANSLATE_NOOP("reader", "The picture cannot be saved: its folder may not be written to."),
    QT_TRANSLATE_NOOP("reader", "The picture cannot be saved: the disk is full."),
    QT_TRANSLATE_NOOP("reader", "The picture cannot be saved: {reason}."),
    QT_TRANSLATE_NOOP("reader", "The picture is damaged."),
    QT_TRANSLATE_NOOP("reader", "The picture is too large."),
    QT_TRANSLATE_NOOP("reader", "The picture is too large: {size} MB."),
    QT_TRANSLATE_NOOP("reader", "The picture is too large: {width} × {height} pixels."),
    QT_TRANSLATE_NOOP("reader", "The picture {name} is damaged."),
    QT_TRANSLATE_NOOP("reader", "The picture {name} is missing."),
    QT_TRANSLATE_NOOP("reader", "The picture's data: address is damaged."),
    QT_TRANSLATE_NOOP("reader", "The quotation mark is not closed."),
    QT_TRANSLATE_NOOP("reader", "The picture {name} cannot be read: {cause}."),
    QT_TRANSLATE_NOOP("reader", "The search index cannot be read."),
    QT_TRANSLATE_NOOP("reader", "There is not enough memory for this. Close other programs and try again."),
    QT_TRANSLATE_NOOP(
        "reader",
        "There is not enough memory to read {name}. Close other programs and import it again.",
    ),
    QT_TRANSLATE_NOOP("reader", "This could not be done: {cause}."),
    QT_TRANSLATE_NOOP("reader", "The search index cannot be written: {cause}."),
    QT_TRANSLATE_NOOP("reader", "The search index is damaged."),
    QT_TRANSLATE_NOOP("reader", "The search index is missing."),
    QT_TRANSLATE_NOOP("reader", "The search index is of another version of the program."),
    QT_TRANSLATE_NOOP("reader", "The store's file is damaged: {cause}."),
    QT_TRANSLATE_NOOP("reader", "The system keeps this file for itself; it holds no article."),
    QT_TRANSLATE_NOOP("reader", "There is no article {id} in this library."),
    QT_TRANSLATE_NOOP("reader", "There is no import {id} in this library."),
    QT_TRANSLATE_NOOP(
        "reader",
        "There is no room left for {target}; nothing of it was kept. Free some space or choose another disk.",
    ),
    QT_TRANSLATE_NOOP(
        "reader",
        "There is no room left on the disk for the library {path_name}. Free some space and try again.",
    ),
    QT_TRANSLATE_NOOP("reader", "There is no such file."),
    QT_TRANSLATE_NOOP("reader", "There is no word behind NOT."),
    QT_TRANSLATE_NOOP("reader", "There is nothing between the parentheses."),
    QT_TRANSLATE_NOOP("reader", "There is nothing between the quotation marks."),
    QT_TRANSLATE_NOOP("reader", "This file is a database of another program, not a Pressmark library."),
    QT_TRANSLATE_NOOP(
        "reader",
        "This folder belongs to the system or to a version control; it is passed over whole.",
    ),
    QT_TRANSLATE_NOOP("reader", "This is a book or an office document, not a saved article that Pressmark knows."),
    QT_TRANSLATE_NOOP("reader", "This is a device or a pipe, not a file."),
    QT_TRANSLATE_NOOP("reader", "This is a link or a device inside the archive, not a file."),
    QT_TRANSLATE_NOOP("reader", "This is a link to a file that is not there."),
    QT_TRANSLATE_NOOP("reader", "This is a link to a folder; drop that folder itself to import it."),
    QT_TRANSLATE_NOOP("reader", "This is a picture; it is kept with the article that shows it."),
    QT_TRANSLATE_NOOP("reader", "This is an archive inside an archive; unpack it once to import it."),
    QT_TRANSLATE_NOOP("reader", "This is no picture of a kind that Pressmark keeps."),
    QT_TRANSLATE_NOOP("reader", "This is not a saved article that Pressmark knows."),
    QT_TRANSLATE_NOOP("reader", "This library was written by a newer Pressmark. Update Pressmark to open it."),
    QT_TRANSLATE_NOOP("reader", "What {host} sent is larger than {size} MB."),
    QT_TRANSLATE_NOOP("reader", "What {host} sent is no picture."),
    QT_TRANSLATE_NOOP("reader", "less came than was said"),
    QT_TRANSLATE_NOOP("reader", "{count} articles wait to be taken up by the index."),
    QT_TRANSLATE_NOOP("reader", "{count} pictures belong to no article; `pressmark repair` removes them."),
    QT_TRANSLATE_NOOP("reader", "{file} is no backup of Pressmark, or it is damaged ({cause})."),
    QT_TRANSLATE_NOOP("reader", "{file} was written by a newer Pressmark. Update Pressmark to restore it."),
    QT_TRANSLATE_NOOP(
        "reader",
        "{folder} holds a library of {count} articles already. A backup is restored into an empty library: "
        "name another folder with --data-dir, or move this one away first.",
    ),
    QT_TRANSLATE_NOOP("reader", "{host} broke off the connection."),
    QT_TRANSLATE_NOOP("reader", "{host} cannot be found; perhaps there is no network."),
    QT_TRANSLATE_NOOP("reader", "{host} cannot be reached."),
    QT_TRANSLATE_NOOP("reader", "{host} did not send the picture ({status})."),
    QT_TRANSLATE_NOOP("reader", "{host} does not give the picture away ({status})."),
    QT_TRANSLATE_NOOP("reader", "{host} does not have the picture any more ({status})."),
    QT_TRANSLATE_NOOP(
        "reader",
        "{name}, which belongs to this file, cannot be read: {cause}. Import the file again.",
    ),
    QT_TRANSLATE_NOOP("reader", "{host} gave an answer that cannot be read."),
    QT_TRANSLATE_NOOP(
        "reader",
        "{target} stays as it was: {count} of the library's pictures cannot be read now. Try again, or choose another "
        "name for a backup without them.",
    ),
    QT_TRANSLATE_NOOP("reader", "{host} has no valid certificate: {reason}."),
    QT_TRANSLATE_NOOP("reader", "{host} is not asked for a picture on port {port}."),
    QT_TRANSLATE_NOOP("reader", "{host} lies in this computer or its own network, and is not asked for pictures."),
    QT_TRANSLATE_NOOP("reader", "{host} sends the request for the picture in circles."),
    QT_TRANSLATE_NOOP("reader", "{host} took longer than {seconds} s."),
    QT_TRANSLATE_NOOP(
        "reader",
        "{name} could not be read: the part of Pressmark that reads files stopped over it twice.",
    ),
    QT_TRANSLATE_NOOP("reader", "{name} holds no article any more."),
    QT_TRANSLATE_NOOP("reader", "{target} cannot be written: {cause}."),
    QT_TRANSLATE_NOOP("reader", "“has:” knows only “image”, not “{value}”."),
    QT_TRANSLATE_NOOP("reader", "“is:” knows “read”, “unread” and “starred”, not “{value}”."),
    QT_TRANSLATE_NOOP(
        "reader",
        "“{field}:” is not a field; it was taken as a word. The fields are title, source, author, tag, "
        "after, before, date, has and is.",
    ),
    QT_TRANSLATE_NOOP("reader", "“{value}” is not a date; write 2023, 2023-07 or 2023-07-12."),
)


def translated(sentence: Sentence) -> str:
    """Translate a sentence of the core by its template, then fill it."""
    return QCoreApplication.translate("reader", sentence.template).format(**sentence.params)
