"""How good an analyst is, against posts with the answers of a careful reader.

labelled    a file of labelled posts → cases
tally       one analysis of a case → counts of what is right and wrong
scoring     counts → scores with bootstrap intervals
report      the scores of several sets as data, and what has become worse
recording   talks with a model on file: rehearsed, recorded, replayed
model_run   an analyst with a model over many cases, and what it costs
"""

from bot.evaluation.labelled import Case, Label, LabelError, case_of, read_cases
from bot.evaluation.report import Report, drops, report
from bot.evaluation.scoring import Scores, intervals, measured, rows, score_analyst, scores, timed
from bot.evaluation.tally import Tally, tally

__all__ = [
    "Case",
    "Label",
    "LabelError",
    "Report",
    "Scores",
    "Tally",
    "case_of",
    "drops",
    "intervals",
    "measured",
    "read_cases",
    "report",
    "rows",
    "score_analyst",
    "scores",
    "tally",
    "timed",
]  # fmt: skip
