"""All bad inputs."""

from tests.bad_input.adding import ADDING
from tests.bad_input.cohort_files import COHORT_FILES
from tests.bad_input.conduct import CONDUCT
from tests.bad_input.doubts import DOUBTS
from tests.bad_input.people import OF_PEOPLE
from tests.bad_input.plans import PLANS
from tests.bad_input.rows import OF_ROWS
from tests.bad_input.values import OF_VALUES
from tests.bad_input.whole_files import WHOLE_FILES

DEFECTS = [*OF_PEOPLE, *OF_ROWS, *OF_VALUES, *DOUBTS, *WHOLE_FILES, *CONDUCT, *COHORT_FILES, *PLANS, *ADDING]
