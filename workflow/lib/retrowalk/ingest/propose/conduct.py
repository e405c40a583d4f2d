"""Who left and when, how many sessions they came to, and who was treated as the protocol says."""

from retrowalk.ingest.numbers import to_numbers
from retrowalk.ingest.propose import roles
from retrowalk.ingest.propose.draft import Draft, seen

#: What a column says of somebody who was treated as the protocol says, and of somebody who was not.
YES = {"yes", "y", "1", "true", "ja", "si"}
NO = {"no", "n", "0", "2", "false", "nein"}


def write_conduct(draft: Draft) -> None:
    """Name the columns of withdrawal, sessions and protocol; they are no characteristics of the participants."""
    _withdrawal(draft)
    _sessions(draft)
    _protocol(draft)


def _withdrawal(draft: Draft) -> None:
    """Name the columns of the last visit and of the reason for leaving, where the first holds visits of the plan."""
    table = draft.said_of_people
    visits = {text for visit in draft.content["visits"] for text in (visit["name"], visit["label"])}
    visits |= set(draft.visit_texts)
    for column in _free(draft, roles.LAST_VISIT):
        texts = set(table[column]) - {""}
        if texts and texts <= visits:
            draft.content["withdrawal"] = {"after": column}
            draft.use(column, "last visit of participants who withdrew", seen(table[column]))
            reasons = _free(draft, roles.REASON)
            if reasons:
                draft.content["withdrawal"]["reason"] = reasons[0]
                draft.use(reasons[0], "reason for withdrawal", seen(table[reasons[0]]))
            return


def _sessions(draft: Draft) -> None:
    """Name the columns of the sessions attended and planned, where both are there and hold numbers."""
    table = draft.said_of_people
    planned, attended = (
        [column for column in _free(draft, names) if to_numbers(table[column][table[column] != ""]).notna().all()]
        for names in (roles.SESSIONS_PLANNED, roles.SESSIONS)
    )
    attended = [column for column in attended if column not in planned]
    if attended and planned:
        draft.content["sessions"] = {"attended": attended[0], "planned": planned[0]}
        draft.use(attended[0], "sessions attended", seen(table[attended[0]]))
        draft.use(planned[0], "sessions planned", seen(table[planned[0]]))
    elif attended:
        draft.use(attended[0], "sessions attended: not used, see below", seen(table[attended[0]]))
        draft.assumed.append(
            f'"{attended[0]}" seems to contain the sessions attended. It is not used until "sessions" states how many were planned.'
        )


def _protocol(draft: Draft) -> None:
    """Name the column that says who was treated as the protocol says, where it holds a yes and a no."""
    table = draft.said_of_people
    for column in _free(draft, roles.PER_PROTOCOL):
        texts = sorted(set(table[column]) - {""})
        yes, no = ([text for text in texts if text.casefold() in words] for words in (YES, NO))
        if len(texts) == 2 and len(yes) == len(no) == 1:
            draft.content["per_protocol"] = {"column": column, "yes": yes[0], "no": no[0]}
            draft.use(column, "treated according to the protocol", seen(table[column]))
            return


def _free(draft: Draft, names: tuple[str, ...]) -> list[str]:
    """Return the columns with one of the names that have no other use yet."""
    taken = draft.used | draft.measured
    return [column for column in roles.named(draft.said_of_people.columns, names) if column not in taken]
