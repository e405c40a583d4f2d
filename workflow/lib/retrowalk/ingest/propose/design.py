"""What no data file says: condition, title, allocation, comparator."""

from retrowalk.ingest.propose.draft import Draft
from retrowalk.ingest.propose.questions import Question
from retrowalk.plan.trial import Arm

#: The answer where no arm walked backward.
NO_ARM = "none"


def ask_design(draft: Draft) -> None:
    """Ask for what no data file says."""
    ask, content = draft.answers.ask, draft.content
    conditions = sorted(
        {mark["condition"] for each in draft.instruments.values() for mark in each.get("important_change", [])}
    )
    text = f"which condition do the participants have? (for example {', '.join(conditions)})"
    content["condition"] = ask(Question("condition", text, "--condition", default="not stated"))
    content["title"] = ask(
        Question(
            "title",
            "what was compared, and in which participants? (the heading in the report)",
            "--title",
            default=draft.main.file.stem,
        )
    )
    content["citation"] = ask(
        Question("citation", "where is the trial published?", "--citation", default="unpublished")
    )
    several = len(content["arms"]) > 1
    if several:
        asked = Question(
            "randomised",
            "were participants randomly allocated to the arms?",
            "--randomised or --not-randomised",
            {"yes": "randomised", "no": "not randomised"},
            "no",
        )
        content["randomised"] = ask(asked) == "yes"
        kinds_of = {
            "add-on": "a treatment that the other arm also received",
            "active": "another treatment",
            "none": "no treatment",
            "not_stated": "not known",
        }
        asked = Question("comparator", "what did the control arm receive?", "--comparator", kinds_of, "not_stated")
        content["comparator_type"] = ask(asked)
        _ask_backward(draft)
    else:
        content |= {"randomised": False, "comparator_type": "none"}
    content["design"] = "parallel" if several else "single_group"
    real = {"individual": "yes", "synthetic": "no, they are made up or simulated"}
    content["provenance"] = ask(Question("provenance", "are the participants real?", "--synthetic", real, "individual"))
    if several and draft.answers.respond is None and "randomised" not in draft.answers.given:
        draft.assumed.append(
            "It was not stated whether participants were randomly allocated; the arms are treated as not randomised."
        )


def _ask_backward(draft: Draft) -> None:
    """Ask which arm walked backward, where no name or label of an arm says it."""
    arms = draft.content["arms"]
    if any(Arm(**fields).is_backward for fields in arms.values()):
        return
    options = {text: fields["label"] for text, fields in arms.items()} | {NO_ARM: "no arm"}
    chosen = draft.answers.ask(Question("backward", "which arm walked backward?", "--backward", options, NO_ARM))
    if chosen != NO_ARM:
        arms[chosen]["walks_backward"] = True
    else:
        draft.assumed.append(
            "No arm is marked as having walked backward, so the results are not included in the pooled results."
        )
