"""The statements of an article, each judged by the data, the rules and the methods; and what is known at a date."""

from researchlib.claims.constants import CONSTANTS
from researchlib.claims.examine import EXAMINERS, examine, examine_all, sensitivity
from researchlib.claims.verdict import VERDICTS, Verdict

__all__ = ["CONSTANTS", "EXAMINERS", "VERDICTS", "Verdict", "examine", "examine_all", "sensitivity"]
