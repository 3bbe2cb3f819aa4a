"""The claims of a printed overview, each judged by the data, the rules and the methods; and what is known at a date.

The one wing besides the notebooks that joins rules and methods.
"""

from researchlib.claims.examine import EXAMINERS, examine, examine_all
from researchlib.claims.verdict import VERDICTS, Verdict

__all__ = ["EXAMINERS", "VERDICTS", "Verdict", "examine", "examine_all"]
