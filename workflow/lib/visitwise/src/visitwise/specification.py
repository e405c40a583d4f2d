"""What is asked of a mixed model, checked before any data are seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from visitwise.errors import SpecificationError
from visitwise.structures import find


@dataclass(frozen=True)
class Specification:
    """The formula, the columns and the covariance of a mixed model (`MixedModel` describes each).

    Raises
    ------
    SpecificationError
        A value of the wrong type, or an unknown covariance structure.
    """

    formula: str
    participant: str = "participant"
    visit: str = "visit"
    covariance: str | Sequence[str] = "us"
    group: str | None = None
    times: Mapping[Any, float] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        """Refuse at once what cannot be a model, and keep a ladder as a tuple."""
        for name in ("formula", "participant", "visit", "group"):
            given = getattr(self, name)
            if not isinstance(given, str) and not (name == "group" and given is None):
                raise SpecificationError(f"{name} must be text, not {given!r}")
        if not isinstance(self.covariance, str):
            if not isinstance(self.covariance, Sequence):
                raise SpecificationError(f"covariance must be a name or a sequence of names, not {self.covariance!r}")
            object.__setattr__(self, "covariance", tuple(self.covariance))
        if self.times is not None and not isinstance(self.times, Mapping):
            raise SpecificationError(f"times must be a mapping of visits to numbers, not {self.times!r}")
        if not self.ladder:
            raise SpecificationError("the sequence of covariance structures is empty")
        for name in self.ladder:
            find(name)

    @property
    def ladder(self) -> tuple[str, ...]:
        """The structures to try, in order."""
        return (self.covariance,) if isinstance(self.covariance, str) else self.covariance
