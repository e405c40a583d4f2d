"""What the name of a column says: which measure, at which visit, of which limb, which trial."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from retrowalk.ingest.propose.visits import BASELINE, VisitGuess, parse_visit, visit_words

SIDES = {
    "left": ("l", "left", "lt", "li", "links", "lhs", "gauche", "izq"),
    "right": ("r", "right", "rt", "re", "rechts", "rhs"),
}
#: Words of a label that say nothing of the measure.
FILLERS = {
    "treatment",
    "intervention",
    "at",
    "the",
    "in",
    "of",
    "after",
    "before",
    "follow",
    "up",
    "therapy",
    "und",
    "and",
}


#: A visit written without a gap: vaspre, tugpost.
_JOINED = re.compile(r"([^\W\d_]{2,}?)(pre|post|baseline|base|bl|fu)")


@dataclass(frozen=True)
class ColumnGuess:
    """What a column seems to measure: the words of its measure, its visit or None, its limb and trial or "".

    `labelled` says that the words are those of the file's label and not of the column's name.
    """

    column: str
    stem: tuple[str, ...]
    visit: VisitGuess | None
    side: str = ""
    trial: str = ""
    labelled: bool = False

    @property
    def measure(self) -> str:
        """The measure's words as one name."""
        return "_".join(self.stem)


def parse_columns(columns: Iterable[str], labels: Mapping[str, str], in_rows: bool = False) -> list[ColumnGuess]:
    """Return a guess for each column; numbers at the end of a name are visits or trials by what stands beside them.

    `in_rows` says that the visits are in the rows of the file: such numbers are then trials. Where a name tells no visit
    and the file has a label for it, the label is read in its place.
    """
    named = {column: _words(column) for column in columns}
    # In pre_1, pre_2, post_1 the numbers behind a visit count trials: baseline is one visit.
    trials_last = any(len(words) > 2 and words[-1].isdecimal() and words[-2] in BASELINE for words in named.values())
    spelled = {tuple(words) for words in named.values()}
    guesses = []
    for column, words in named.items():
        # In week_4 the number is the visit's own.
        own = len(words) > 1 and (visit := _visit_of(words[-2:])) is not None and visit.week is not None
        behind = trials_last and len(words) > 2 and words[-1].isdecimal() and not own
        first, trial = (words[:-1], words[-1]) if behind else (words, "")
        twin = ("r" if words[:1] == ["l"] else "l", *words[1:])
        side = {"l": "left", "r": "right"}[words[0]] if words[:1] in (["l"], ["r"]) and twin in spelled else ""
        guess = _by_name(column, first[1:] if side else first, labels.get(column, ""))
        guess = replace(guess, side=side or guess.side)
        guesses.append(replace(guess, trial=trial) if trial and guess.visit else guess)
    return _resolve_numbers(_told_apart(guesses), in_rows)


def _told_apart(guesses: list[ColumnGuess]) -> list[ColumnGuess]:
    """Give columns that would be one and the same the words in their brackets: Pain (rest), Pain (movement)."""
    keys = Counter((guess.stem, guess.visit and guess.visit.name, guess.side, guess.trial) for guess in guesses)
    told = []
    for guess in guesses:
        inside = [word for part in re.findall(r"[(\[](.*?)[)\]]", guess.column) for word in visit_words(part)]
        same = keys[guess.stem, guess.visit and guess.visit.name, guess.side, guess.trial] > 1
        if same and inside:
            words, side = _take_side(["", *inside])
            guess = replace(guess, stem=(*guess.stem, *words[1:]), side=guess.side or side)
        told.append(guess)
    return told


def _words(column: str) -> list[str]:
    """Return the words of a column's name; what stands in brackets (a unit, a range) only where it tells the visit."""
    bare = visit_words(re.sub(r"[(\[].*?[)\]]", " ", column))
    inside = [
        word
        for part in re.findall(r"[(\[](.*?)[)\]]", column)
        if _visit_of(visit_words(part))
        for word in visit_words(part)
    ]
    words = [*bare, *inside] or visit_words(column) or [column.lower()]
    if joined := _JOINED.fullmatch(words[-1]):
        words = [*words[:-1], *joined.groups()]
    return words


def _visit_of(words: list[str]) -> VisitGuess | None:
    """Return the visit that some words name; a bare number names none."""
    return None if len(words) == 1 and words[0].isdecimal() else parse_visit(" ".join(words))


def _by_name(column: str, words: list[str], label: str) -> ColumnGuess:
    guess = _split(column, words)
    if guess.visit is None and label:
        told = _from_label(column, label)
        guess = told if told.visit is not None or not _telling(guess) else guess
    return guess


def _telling(guess: ColumnGuess) -> bool:
    """Whether a name has a word of three letters: v01 and q7 have none."""
    return any(len(word) > 2 for word in guess.stem)


def _split(column: str, words: list[str]) -> ColumnGuess:
    """Find the visit at the end of a name, at its start, or, where it is a word of its own, inside."""
    words, side = _take_side(words)
    for length in (3, 2, 1):
        if len(words) <= length:
            continue
        inner = [
            (words[start : start + length], words[:start] + words[start + length :])
            for start in range(1, len(words) - length)
            if any(len(word) > 2 for word in words[start : start + length])
        ]
        for part, rest in ((words[-length:], words[:-length]), (words[:length], words[length:]), *inner):
            visit = _visit_of(part)
            # "vas t" and "m vas" are no visits: a unit needs its number.
            if visit and any(not word.isdecimal() for word in rest):
                rest, trial = _take_trial(rest)
                return ColumnGuess(column, tuple(rest), visit, side, trial)
    return ColumnGuess(column, tuple(words), None, side)


def _from_label(column: str, label: str) -> ColumnGuess:
    """Find the visit anywhere in a label, and leave out the words that say nothing.

    "after 4 weeks" is told by "4 weeks": what says the weeks goes before what says the order alone.
    """
    words, side = _take_side(visit_words(re.sub(r"[(\[].*?[)\]]", " ", label)), long=True)
    found = []
    for length in (3, 2, 1):
        for start in range(len(words) - length + 1):
            part = words[start : start + length]
            visit = _visit_of(part)
            if visit:
                found.append((visit.week is None, -length, start, visit))
    visit, rest = None, words
    if found:
        _, length, start, visit = min(found, key=lambda each: each[:3])
        rest = words[:start] + words[start - length :]
    rest, trial = _take_trial([word for word in rest if word not in FILLERS])
    return ColumnGuess(column, tuple(rest), visit, side, trial, labelled=True)


def _take_side(words: list[str], long: bool = False) -> tuple[list[str], str]:
    """Return the words without the one that says left or right, and what it says. The first word is the measure's."""
    for place in range(len(words) - 1, 0 if not long else -1, -1):
        for side, spellings in SIDES.items():
            if words[place] in spellings and (not long or len(words[place]) > 2):
                return words[:place] + words[place + 1 :], side
    for side in SIDES:
        if words and words[0] == side and len(words) > 1:
            return words[1:], side
    return words, ""


def _take_trial(words: list[str]) -> tuple[list[str], str]:
    # One digit: torque at 60 and 180 degrees a second are two measures.
    if len(words) > 1 and words[-1].isdecimal() and len(words[-1]) == 1:
        rest = words[:-1]
        return (rest[:-1] if rest[-1] in ("trial", "try", "rep", "attempt") and len(rest) > 1 else rest), words[-1]
    return words, ""


def _resolve_numbers(guesses: list[ColumnGuess], in_rows: bool) -> list[ColumnGuess]:
    """Decide what the number at the end of names such as vas0, vas4 or tug1, tug2, tug3 counts.

    Numbers that start at 0, leave gaps, or are shared by several measures count visits; 1, 2, 3 of one measure in a file
    whose other measures name their visits count trials.
    """
    numbered: dict[tuple[tuple[str, ...], str], dict[int, ColumnGuess]] = defaultdict(dict)
    for guess in guesses:
        if guess.visit is None and len(guess.stem) > 1 and guess.stem[-1].isdecimal() and len(guess.stem[-1]) < 5:
            numbered[guess.stem[:-1], guess.side][int(guess.stem[-1])] = guess
    groups = {key: parts for key, parts in numbered.items() if len(parts) > 1}
    named = any(guess.visit is not None for guess in guesses)
    resolved = {}
    for (stem, _), parts in groups.items():
        numbers = sorted(parts)
        consecutive = numbers == list(range(1, len(numbers) + 1))
        alike = sum(sorted(other) == numbers for other in groups.values())
        trials = consecutive and len(numbers) <= 5 and (in_rows or named or (alike == 1 and len(groups) > 1))
        for number, guess in parts.items():
            if trials:
                resolved[guess.column] = replace(guess, stem=stem, trial=str(number))
            else:
                resolved[guess.column] = replace(guess, stem=stem, visit=parse_visit(str(number)))
    return [resolved.get(guess.column, guess) for guess in guesses]
