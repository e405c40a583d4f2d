"""All bad inputs."""

from bad_input.adding import ADDING
from bad_input.cells import CELLS
from bad_input.cohort_files import COHORT_FILES
from bad_input.conduct import CONDUCT
from bad_input.doubts import DOUBTS
from bad_input.plans import PLANS
from bad_input.whole_files import WHOLE_FILES

DEFECTS = [*CELLS, *DOUBTS, *WHOLE_FILES, *CONDUCT, *COHORT_FILES, *PLANS, *ADDING]
