"""How good an analyst is, against posts with the answers of a careful reader.

labelled   a file of labelled posts → cases
tally      one analysis of a case → counts of what is right and wrong
scoring    counts → scores with bootstrap intervals
"""

from bot.extract.scores.labelled import Case, Label, LabelError, case_of, read_cases
from bot.extract.scores.scoring import Scores, evaluate, intervals, rows, scores, timed
from bot.extract.scores.tally import Tally, tally

__all__ = [
    "Case", "Label", "LabelError", "Scores", "Tally", "case_of", "evaluate", "intervals",
    "read_cases", "rows", "scores", "tally", "timed",
]  # fmt: skip
