"""What kind of export a table is, and what the kind alone says: REDCap's events, its dictionary, CDISC's flags."""

import re
from collections.abc import Mapping

import pandas as pd

DICTIONARY = ("Variable / Field Name", "Field Type", "Field Label")


def is_dictionary(columns: list[str]) -> bool:
    """Whether a table is a REDCap data dictionary."""
    return set(DICTIONARY) <= set(columns)


def is_bds(columns: list[str]) -> bool:
    """Whether a table is CDISC's basic data structure: one row a parameter and visit."""
    return {"USUBJID", "PARAMCD", "AVAL"} <= set(columns)


def dictionary_words(cells: pd.DataFrame) -> tuple[dict[str, str], dict[str, dict[str, str]], set[str]]:
    """Return what a REDCap dictionary says: labels, choices and the fields that identify somebody.

    A checkbox field has a column for each choice, field___1 and so on, which is 0 or 1.
    """
    labels, codes, secret = {}, {}, set()
    for row in cells.to_dict("records"):
        field, kind = row["Variable / Field Name"], row["Field Type"]
        label = re.sub(r"<[^>]+>", "", row["Field Label"]).strip()
        choices = _choices(row.get("Choices, Calculations, OR Slider Labels", ""))
        if kind == "checkbox":
            for code, meaning in choices.items():
                labels[f"{field}___{code}"] = f"{label}: {meaning}"
                codes[f"{field}___{code}"] = {"0": "no", "1": "yes"}
            continue
        labels[field] = label
        if kind in ("radio", "dropdown"):
            codes[field] = choices
        elif kind in ("yesno", "truefalse"):
            codes[field] = {"1": "yes", "0": "no"} if kind == "yesno" else {"1": "true", "0": "false"}
        if row.get("Identifier?", "").lower().startswith("y"):
            secret.add(field)
    return labels, codes, secret


def _choices(text: str) -> dict[str, str]:
    pairs = [choice.split(",", 1) for choice in text.split("|") if "," in choice]
    return {code.strip(): label.strip() for code, label in pairs}


def redcap_housekeeping(columns: list[str]) -> set[str]:
    """Return the columns that REDCap adds itself: they measure nothing."""
    return {
        column for column in columns if column.startswith("redcap_") or column.endswith(("_complete", "_timestamp"))
    }


def parameters(cells: pd.DataFrame) -> Mapping[str, str]:
    """Return {PARAMCD: PARAM} of a table of CDISC's basic data structure."""
    pairs = cells.drop_duplicates("PARAMCD")
    words = pairs["PARAM"] if "PARAM" in pairs else pairs["PARAMCD"]
    return dict(zip(pairs["PARAMCD"], words, strict=True))
