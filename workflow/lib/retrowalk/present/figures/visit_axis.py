"""The axis of visits: each at its time, with its label level where there is room, else aslant, else upright and spread out."""

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from retrowalk.plan.trial import Cohort
from retrowalk.present.figures.style import GREY, LINE_MM, MM, POINTS_PER_MM, FigureSettings, line_breaks

#: Free space left and right of the visits, as a share of the time between the first and the last.
MARGIN = 0.12
SIZE = 7.5
#: Length of the leaders to labels that are spread out.
LEADER_MM = 2.6
#: Most that a label turned upright takes.
UPRIGHT_MM = 26
#: Labels that stand aslant reach beyond their panel by no more than this share of its width.
ASLANT = 0.5


@dataclass(frozen=True)
class VisitAxis:
    """Labels of the visits of a panel: `shifts` are how far they stand from their visits, in millimetres."""

    weeks: list[float]
    labels: list[str]
    shifts: list[float]
    angle: int
    height: float
    settings: FigureSettings

    def put(self, axes: Axes) -> None:
        """Set limits, ticks and labels."""
        time = self.weeks[-1] - self.weeks[0]
        axes.set_xlim(self.weeks[0] - MARGIN * time, self.weeks[-1] + MARGIN * time)
        aslant = {"rotation": self.angle, "ha": "right", "rotation_mode": "anchor"} if self.angle == 45 else {}
        upright = {"rotation": self.angle, "ha": "center", "va": "top"} if self.angle == 90 else {}
        axes.set_xticks(self.weeks, self.labels, **aslant, **upright)
        if not any(self.shifts):
            return
        leader = self.settings.mm(LEADER_MM)
        axes.tick_params(axis="x", length=0, pad=(leader + self.settings.mm(0.6)) * POINTS_PER_MM)
        for week, label, shift in zip(self.weeks, axes.get_xticklabels(), self.shifts, strict=True):
            to_scale = axes.get_figure().dpi_scale_trans
            label.set_transform(label.get_transform() + ScaledTranslation(shift * MM, 0, to_scale))
            at = {"xy": (week, 0), "xycoords": axes.get_xaxis_transform(), "textcoords": "offset points"}
            look = {
                "arrowstyle": "-",
                "color": GREY,
                "linewidth": self.settings.pt(0.6),
                "shrinkA": 0,
                "shrinkB": 0,
            }
            end = (shift * POINTS_PER_MM, -leader * POINTS_PER_MM)
            axes.annotate("", **at, xytext=end, arrowprops=look, annotation_clip=False)


def visit_axis(cohort: Cohort, width_mm: float, settings: FigureSettings) -> VisitAxis:
    """Return the axis of a panel of this width; its height, in millimetres, is what the labels take below the axis."""
    weeks = [visit.week for visit in cohort.visits]
    names = [visit.label for visit in cohort.visits]
    line, scale = settings.mm(LINE_MM), width_mm / ((weeks[-1] - weeks[0]) * (1 + 2 * MARGIN))
    room = scale * min(later - week for week, later in pairwise(weeks))
    still = [0.0] * len(weeks)
    labels = [settings.wrapped(name, room, SIZE) for name in names]
    if _widest(labels, settings) <= room:
        return VisitAxis(weeks, labels, still, 0, line * (1 + max(map(line_breaks, labels))), settings)
    across = _widest(names, settings) / sqrt(2)
    if room >= 1.1 * line * sqrt(2) and across <= ASLANT * width_mm:
        return VisitAxis(weeks, names, still, 45, across + line, settings)
    labels = [settings.wrapped(name, settings.mm(UPRIGHT_MM), SIZE) for name in names]
    at = [scale * (week - weeks[0]) for week in weeks]
    # A panel is a little narrower than its share of the page, and its visits then nearer: hence the free space.
    apart = [1.2 * line * (2 + line_breaks(one) + line_breaks(other)) / 2 for one, other in pairwise(labels)]
    shifts = [new - old for new, old in zip(_spread(at, apart), at, strict=True)]
    height = _widest(labels, settings) + settings.mm(LEADER_MM)
    return VisitAxis(weeks, labels, shifts, 90, height, settings)


def _spread(at: list[float], apart: list[float]) -> list[float]:
    """Return places that lie as far from each other as `apart` says: moved up, and down again from the last that may stay."""
    places = at[:1]
    for place, gap in zip(at[1:], apart, strict=True):
        places.append(max(place, places[-1] + gap))
    last = max(at[-1], at[0] + sum(apart))
    back = [min(places[-1], last)]
    for place, gap in zip(places[-2::-1], apart[::-1], strict=True):
        back.append(min(place, back[-1] - gap))
    return back[::-1]


def _widest(labels: list[str], settings: FigureSettings) -> float:
    return max(settings.text_width(line, SIZE) for label in labels for line in label.split("\n"))
