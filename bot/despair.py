"""Sentences in which people say that they want to die or to harm themselves.

The network learned no label for them: it reads "I want to kill myself" as sad, far below a bar that keeps
ordinary sadness off the moderators' channel. So plain English phrases are looked for beside it. They find
people who exaggerate, quote or report, too; and they do not find who says it in other words.
"""

import re
from typing import Final

_WILL: Final = r"(?:want(?:ed)? to|wanna|ready to|going to|gonna|will|'ll|trying to|tryna|planning to)"
_DONT: Final = r"(?:do not|don'?t|didn'?t|can'?t|cannot)"
# "I want to die", "wanna die", "makes me want to die", but neither "do you …" nor "I don't want to die".
_I: Final = r"(?:^|[.!?,;\n] ?|\b(?:i|just) |\bma(?:kes?|king|de) me )"
_END: Final = r"(?: any ?more\b| again\b| ?[.!?,;\n]| ?$)"

_PHRASES: Final = (
    r"\b(?:kill|hang|drown|unalive)(?:ing)? my ?self\b",
    rf"(?:{_WILL}|should|might|could) (?:just )?(?:hurt|harm|cut|shoot) myself\b(?! in the foot)",
    r"\b(?:hurting|harming|cutting) myself\b",
    r"\b(?:end|ending|take|taking) my (?:own )?life\b",
    rf"{_WILL} (?:just )?end it all\b",
    r"\bi(?:'ll|'m|m)? (?:[\w']+ ){0,3}commit suicide\b",
    r"\bi(?:'m|m| am| feel| felt|'ve been| have been) (?:(?:feeling|so|very|really) ){0,2}suicidal\b",
    rf"{_I}(?:(?:just|really|actually|honestly) ){{0,2}}(?:want(?:ed)? to|wanna) (?:die|be dead)\b",
    rf"\b{_DONT} (?:really |even )?(?:want to|wanna) (?:live|be alive|exist|wake up){_END}",
    r"\bwish(?:ed)? (?:that )?i (?:was|were) (?:dead|never born)\b",
    r"\bwish(?:ed)? (?:that )?i(?:'d| had)? never been born\b",
    r"\bi(?:'d| would be|'m| am|m) better off dead\b",
    r"\bbetter off (?:without me|if i (?:was|were) (?:dead|gone))\b",
    r"\b(?:no reason|nothing left) (?:for me )?to (?:live|be alive)\b",
    r"\blife (?:is not|isn'?t) worth living\b",
    rf"\btired of (?:living|being alive){_END}",
)
_DESPAIR: Final = re.compile("|".join(_PHRASES))


def despairs(text: str) -> bool:
    """Return whether somebody says in plain English that they want to die or to harm themselves.

    Args:
        text: What they wrote.
    """
    plain = re.sub(r"[ \t]+", " ", text.casefold().replace("’", "'"))
    return _DESPAIR.search(plain) is not None
