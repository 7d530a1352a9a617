"""The comparison of the fusion strategies: cross-validation over the pairs, same data, budget and heads.

All strategies start from one finished text run and the pretrained image tower, which stays frozen; what it
sees in each picture is computed once. Progressive and late fusion train the text tower's last layers, as what
ships does; early fusion and the feedback send pictures through all of its layers and train them all. Every
strategy's rates are chosen from the same few, on a part of the first fold's training pairs. A result is one
file a run, so a comparison that was killed goes on.
"""

from .contender import Contender
from .pairs import FOLDS, Pairs, gather
from .results import ComparisonError, bootstrap_p, summarise
from .runs import compare
from .variants import ABLATIONS, CONDITIONS, STRATEGIES, Variant

__all__ = [
    "ABLATIONS",
    "CONDITIONS",
    "FOLDS",
    "STRATEGIES",
    "ComparisonError",
    "Contender",
    "Pairs",
    "Variant",
    "bootstrap_p",
    "compare",
    "gather",
    "summarise",
]
