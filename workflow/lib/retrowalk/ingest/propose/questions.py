"""What the file does not say and somebody must."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from retrowalk.errors import DataError
from retrowalk.schemas import listed


@dataclass(frozen=True)
class Question:
    """One thing to decide. `default` is what is likeliest, "" where nothing is; `flag` answers it on the command line.

    `options` are {answer: what it means}; without them any text is an answer.
    """

    key: str
    text: str
    flag: str
    options: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    required: bool = True


@dataclass(frozen=True)
class Answers:
    """Where answers come from: `given` on the command line, else `respond` (a person), else the default."""

    given: Mapping[str, str] = field(default_factory=dict)
    respond: Callable[[Question], str] | None = None

    def settle(self, question: Question) -> str:
        """Return the answer that was given, else the default, without asking anybody.

        Raises
        ------
        DataError
            The given answer is not possible, or there is neither.
        """
        answer = self.given.get(question.key, "")
        if answer and question.options and answer not in question.options:
            raise DataError(f'{question.flag}: "{answer}" is not allowed. Allowed: {listed(question.options, 40)}.')
        answer = answer or question.default
        if not answer and question.required:
            known = f" Allowed: {listed(question.options, 40)}." if question.options else ""
            raise DataError(
                f"The file does not answer this question: {question.text}{known} Answer it with {question.flag}."
            )
        return answer

    def ask(self, question: Question) -> str:
        """Return the answer to what the file leaves open; a person is asked where there is one."""
        if question.key in self.given or self.respond is None:
            return self.settle(question)
        return self.respond(question)
