"""Writes the font of the charts: of Noto Sans SC what the catalogues say, and the signs of Western languages.

`make font` fetches the whole font and runs this. Example:
.venv-test/bin/python docs/font.py build/font/NotoSansSC_400Regular.ttf
"""

import re
import sys
from pathlib import Path
from typing import Final

from fontTools.subset import Options, Subsetter, save_font
from fontTools.ttLib import TTFont, TTLibError

ROOT: Final = Path(__file__).parents[1]
SUBSET: Final = ROOT / "bot" / "fonts" / "NotoSansSC-subset.ttf"
CATALOGUES: Final = ROOT / "bot" / "locales"

BLOCKS: Final = (range(0x20, 0x7F), range(0xA0, 0x100))
"""Basic Latin and the Latin-1 Supplement."""

SIGNS: Final = "–—−…“”„‘’‚«»‹›·•×≤≥←↑→↓▲▼█░▒"
SHARED: Final = "‘’“”·•"
"""Signs that the font draws as wide as a Chinese character: in Latin writing they would stand in gaps."""

UNUSED_TABLES: Final = ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "gasp", "vhea", "vmtx"]
"""For layout engines that not every build of Pillow has, and for vertical writing."""

ADVICE: Final = "Without FONT=path, `make font` fetches Noto Sans SC."


def wanted() -> set[str]:
    """Return the characters that the font shall have, if its source has them: it has no emoji."""
    catalogues = [path.read_text("utf-8") for path in CATALOGUES.glob("*/*.ftl")]
    said = re.sub(r"^#.*$", "", "\n".join(catalogues), flags=re.MULTILINE)
    return {chr(code) for block in BLOCKS for code in block} | set(SIGNS) | set(said)


def opened(path: Path) -> TTFont:
    """Open the whole font; ends with what is wrong with it."""
    try:
        font = TTFont(path, recalcTimestamp=False)
    except (OSError, TTLibError) as error:
        sys.exit(f"{path} cannot be read as a font: {error}. {ADVICE}")
    if not {"glyf", "GPOS"} <= set(font.keys()):
        sys.exit(f"{path} is no TrueType font with proportional widths. {ADVICE}")
    return font


def narrow(font: TTFont, glyph: str) -> None:
    """Give a glyph its proportional width, which layout engines take from the feature ``palt``."""
    layout = font["GPOS"].table
    proportional = next(each for each in layout.FeatureList.FeatureRecord if each.FeatureTag == "palt")
    for index in proportional.Feature.LookupListIndex:
        for lookup in layout.LookupList.Lookup[index].SubTable:
            table = getattr(lookup, "ExtSubTable", lookup)
            if glyph not in table.Coverage.glyphs:
                continue
            value = table.Value[table.Coverage.glyphs.index(glyph)]
            shift = getattr(value, "XPlacement", 0)
            font["glyf"][glyph].coordinates.translate((shift, 0))
            font["glyf"][glyph].recalcBounds(font["glyf"])
            width, bearing = font["hmtx"][glyph]
            font["hmtx"][glyph] = (width + value.XAdvance, bearing + shift)


def main(source: Path) -> None:
    """Cut the font and say what it has.

    Args:
        source: Noto Sans SC, regular, as TrueType.
    """
    font = opened(source)
    for glyph in {font.getBestCmap()[ord(sign)] for sign in SHARED}:
        narrow(font, glyph)
    # Pillow centres a line between these two: the box of a Chinese character, about as letters are centred.
    font["hhea"].ascent, font["hhea"].descent = font["OS/2"].sTypoAscender, font["OS/2"].sTypoDescender

    options = Options(hinting=False, notdef_outline=True, layout_features=[])
    options.drop_tables += UNUSED_TABLES
    options.name_IDs += [13, 14]  # the licence
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(wanted())))
    subsetter.subset(font)
    save_font(font, SUBSET, options)

    name, characters, size = SUBSET.relative_to(ROOT), len(font.getBestCmap()), SUBSET.stat().st_size
    sys.stdout.write(f"{name}: {characters} characters, {size:,} bytes\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: docs/font.py FONT")
    main(Path(sys.argv[1]))
