"""The claims of a printed overview, each judged by the data, the rules and the methods; and what is known at a date.

The one wing besides the notebooks that joins rules and methods.
"""

from researchlib.claims.examine import EXAMINERS, examine, examine_all
from researchlib.claims.networks import TOPICS, profile, side_by_side
from researchlib.claims.verdict import VERDICTS, Verdict

__all__ = ["EXAMINERS", "TOPICS", "VERDICTS", "Verdict", "examine", "examine_all", "profile", "side_by_side"]
