"""The data sets that the model is trained and measured on, one module each."""

from .corpora import CORPORA
from .prepare import load_split, prepare, scan, scan_faces
from .record import Corpus, DataError, Part, Record

__all__ = ["CORPORA", "Corpus", "DataError", "Part", "Record", "load_split", "prepare", "scan", "scan_faces"]
