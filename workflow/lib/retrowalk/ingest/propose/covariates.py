"""What else is known of the participants."""

from typing import Any

import pandas as pd

from retrowalk.ingest.numbers import to_numbers, with_point
from retrowalk.ingest.propose import roles
from retrowalk.ingest.propose.draft import Draft, seen, short_name
from retrowalk.ingest.propose.visits import visit_words
from retrowalk.plan.contradictions import RESERVED
from retrowalk.plan.intake import SHEET_COLUMN

#: What the letters of a sex mean.
SEXES = {"f": "female", "m": "male", "w": "female"}
SEX_WORDS = {"sex", "gender", "geschlecht", "sexo"}
#: Covariates that trials have, with their unit.
COVARIATES = {
    **{"age": "years", "alter": "years", "edad": "years"},
    **{"bmi": "kg/m2", "height": "", "weight": "", "groesse": "", "gewicht": "", "größe": ""},
    **dict.fromkeys(
        ("sex", "gender", "geschlecht", "sexo", "duration", "chronicity", "education", "smoker", "smoking"), ""
    ),
}


def write_covariates(draft: Draft) -> None:
    """Write down the columns that say one thing of each participant."""
    participant = draft.content["participant"]
    names = {*RESERVED, "baseline", *(visit["name"] for visit in draft.content["visits"]), *draft.content["outcomes"]}
    found: dict[str, Any] = {}
    table = draft.said_of_people
    for column in table.columns:
        if column in draft.used | draft.measured | {SHEET_COLUMN, participant} or roles.is_no_covariate(column):
            continue
        covariate = _covariate(draft, table, column)
        if covariate is not None:
            name = short_name(column, names)
            found[name] = covariate
            draft.use(
                column, f"covariate {name}{' (a category)' if 'levels' in covariate else ''}", seen(table[column])
            )
    _index_side(draft)
    if found:
        draft.content["covariates"] = found


def _covariate(draft: Draft, table: pd.DataFrame, column: str) -> dict[str, Any] | None:
    """Return what the cohort file says of a covariate, or None where the column is none."""
    participant = draft.content["participant"]
    held = table[(table[column] != "") & (table[participant] != "")]
    if held.empty or (held.groupby(participant)[column].nunique() > 1).any() or roles.is_dates(held[column]):
        return None
    people = held.drop_duplicates(participant)
    arms = table.loc[people.index, draft.content["arm"]] if draft.content["arm"] in table else people[column]
    same_as_arm = people.groupby(column)[draft.content["arm"]].nunique().max() == 1 if len(set(arms)) > 1 else False
    if people[column].nunique() < 2 or (same_as_arm and people[column].nunique() == arms.nunique()):
        return None
    word = roles.key(column)
    known = next((unit for name, unit in COVARIATES.items() if name in visit_words(column)), None)
    label = draft.labels.get(column, "")
    numbers = to_numbers(with_point(people[column], draft.main.decimal_in_cells)).notna()
    levels = draft.codes.get(column, {})
    fields: dict[str, Any] = {"column": column}
    if label:
        fields["label"] = label
    present = list(dict.fromkeys(people[column]))
    if levels and set(present) <= set(levels):
        return fields | {"levels": levels}
    if numbers.all() and set(visit_words(column)) & SEX_WORDS and len(present) <= 3:
        # Codes without labels: a category, whatever they mean.
        return fields | {"levels": {text: text for text in sorted(present)}}
    if numbers.all():
        if known:
            fields["unit"] = known
        # Numbers that nobody named may be anything: an age by another name, a line number, a code.
        return (
            fields if known is not None or label or (people[column].nunique() < len(people) and len(word) > 1) else None
        )
    categories = people[column].nunique()
    if categories <= max(2, min(8, len(people) / 3)) and not numbers.any():
        letters = {text.casefold() for text in present}
        # M beside H is mujer: only where the other letter says the language.
        words = SEXES if set(visit_words(column)) & SEX_WORDS and letters in ({"f", "m"}, {"w", "m"}) else {}
        return fields | {"levels": {text: words.get(text.casefold(), text) for text in sorted(present)}}
    return None


def _index_side(draft: Draft) -> None:
    """Name the column of the affected side, where limbs were measured."""
    if not any("limbs" in outcome for outcome in draft.content["outcomes"].values()):
        return
    table = draft.said_of_people
    for column in roles.named(table.columns, roles.INDEX_SIDE):
        sides = roles.sides_of(table[column].unique())
        if sides and draft.content.get("side", {}).get("column") != column:
            draft.content["index_side"] = {"column": column, "left": sides[0], "right": sides[1]}
            return
