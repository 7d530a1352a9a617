"""What stands in for the raw data, the tokenizer and a trained model."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tokenizers import Tokenizer as WordPieceTokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from moodring.model.data import Corpus
from moodring.model.text import Tokenizer

from .invented_corpora import invented_corpora, write_corpora

if TYPE_CHECKING:
    from .exported import Exported

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORDS = ("soup", "tea", "hot", "cold", "love", "hate", "red", "heart", "pad", "sep")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
SIGNS = ".,!?'[]()<>@#:;&*_/\\-"


@pytest.fixture(scope="session")
def tokenizer_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ``tokenizer.json`` with a few whole words, every letter and every continued letter."""
    entries = [*SPECIAL, *WORDS, *LETTERS, *(f"##{letter}" for letter in LETTERS), *SIGNS]
    wordpiece = WordPieceTokenizer(WordPiece({entry: number for number, entry in enumerate(entries)}))
    wordpiece.add_special_tokens(list(SPECIAL))
    wordpiece.normalizer = BertNormalizer(lowercase=True)
    wordpiece.pre_tokenizer = BertPreTokenizer()
    wordpiece.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(name, SPECIAL.index(name)) for name in ("[CLS]", "[SEP]")]
    )
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    wordpiece.save(str(path))
    return path


@pytest.fixture(scope="session")
def tokenizer(tokenizer_file: Path) -> Tokenizer:
    return Tokenizer(tokenizer_file)


@pytest.fixture
def corpora() -> tuple[Corpus, ...]:
    return invented_corpora()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder of raw data."""
    root = tmp_path / "source"
    write_corpora(root)
    return root


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory, tokenizer_file: Path) -> "Exported":
    """A small network, exported with all checks; takes some seconds."""
    from .exported import export_small_network

    return export_small_network(tmp_path_factory.mktemp("exported"), tokenizer_file)
