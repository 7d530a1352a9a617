"""The card as a page says what export measured."""

from moodring.model.card import render

from .exported import Exported


def test_the_page_shows_every_file_figure_and_miss(exported: Exported) -> None:
    page = render(exported.card)
    assert page.startswith(f"# Model card: {exported.card['version']}\n")
    for name, entry in exported.card["files"].items():
        assert f"| {name} | {entry['bytes'] / 1e6:.1f} MB | `{entry['sha256'][:16]}…` |" in page
    pairs = exported.card["dev"]["mvsa_single"]["text_only"]
    assert f"| MVSA-Single, text only | accuracy / weighted F1 · ECE | {pairs['accuracy']:.3f} (" in page
    assert "| hatemoji | toxicity AUROC · recall / false alarms when called toxic | " in page
    assert "| edos | sexism AUROC" in page
    shipped = exported.card["dev"]["goemotions"]["macro_f1_cross_fitted"]
    lost = 100 * (shipped - 0.5)
    assert f"| GoEmotions, macro-F1 cross-fitted | 0.500 | {shipped:.3f} | {lost:+.1f} |" in page
    assert "| religion | 60 | " in page
    assert "1. teacher: 3 epochs, batch 64, one run each of seeds 0, 1, " in page
    assert "2. teacher: 3 epochs, batch 64, seed 0, " in page
    assert "of chat all training rows an epoch.\n3. text: 7 epochs" in page
    assert "70% of the text run's targets are what the teachers say" in page
    assert "4. progressive: 3 epochs, batch 64, one run each of seeds 0, 1, " in page
    assert "an epoch, but for a part, another for each run.\n5. progressive: " in page
    assert "60% of the targets of a pair are what the run said of it that had left it out." in page
    assert f"dev samples: {exported.card['agreement']['same_top']:.1%} the same top emotion" in page
    assert "| goemotions | 1,234 | Demszky et al., 2020" in page
    assert "50% of hatemoji" in page
    assert f"{exported.card['chat']['acceptable']:.1%} of 2 chat lines" in page


def test_the_page_compares_seeds(exported: Exported) -> None:
    page = render(exported.card)
    assert "| progressive | 0 | 3 | 0.700 | 0.600 |" in page
    assert "| progressive | 1 | 3 | 0.500 | 0.600 |" in page
    assert "| progressive, mean of 2 runs |  | 3 | 0.600 ± 0.141 | 0.600 ± 0.000 |" in page


def test_a_line_with_a_bar_stays_in_its_cell(exported: Exported) -> None:
    chat = {
        "lines": 1,
        "acceptable": 0.0,
        "misses": [
            {
                "kind": "plain",
                "text": "a | b\nc",
                "accepted": ["joy"],
                "read": "fear",
                "sentiment": "negative",
            }
        ],
    }
    page = render({**exported.card, "chat": chat})
    assert "| plain | a \\| b ⏎ c | joy | fear (negative) |" in page
