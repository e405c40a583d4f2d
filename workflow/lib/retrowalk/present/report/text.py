"""Text for a page: nothing in it is markup, right-to-left words keep to themselves, and numbers know their source."""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from retrowalk.present.words import cited

#: A run of right-to-left words (Hebrew, Arabic and their neighbours), with the spaces and signs between them.
_RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
_RUN = re.compile(f"{_RIGHT_TO_LEFT}(?:[^A-Za-z0-9.,;:()]*{_RIGHT_TO_LEFT})*")
#: Signs that turn the direction of all that follows: one left open in a label would turn the sentence round it.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def as_text(text: str) -> Markup:
    """Return a text from outside as markup that shows it and does nothing."""
    text, shown, end = _TURNS.sub("", text), Markup(), 0
    for found in _RUN.finditer(text):
        shown += escape(text[end : found.start()]) + Markup("<bdi>{}</bdi>").format(found[0])
        end = found.end()
    return shown + escape(text[end:])


def marked_up(text: str, place: Callable[[cited.Cited], int]) -> Markup:
    """Return a text with each number that has a source in an element of its own, `data-s` being its place."""
    shown = Markup()
    for piece in cited.pieces(text):
        if isinstance(piece, str):
            shown += as_text(piece)
        elif piece.how == cited.FIXED:  # words of a method, which no file holds
            shown += as_text(piece.shown)
        else:
            shown += Markup('<span class="n" data-s="{}">{}</span>').format(place(piece), piece.shown)
    return shown
