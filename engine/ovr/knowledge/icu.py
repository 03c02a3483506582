"""The order in which CDK sorts tags and dependencies: `localeCompare`, which is ICU's root collation.

Source: Unicode Technical Standard 10 (default table), checked for ASCII against Node's `localeCompare`.
"""

from __future__ import annotations

_PUNCTUATION = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
_DIGITS = "0123456789"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PRIMARY = {character: weight for weight, character in enumerate(_PUNCTUATION + _DIGITS + _LETTERS)}


def icu_key(text: str) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    """A sort key: first without regard to case; then the first difference in case, lower before upper.

    Characters beyond ASCII come after all others, by code point, since CDK's names have none.
    """
    primary = tuple(_PRIMARY.get(c.lower(), len(_PRIMARY) + ord(c)) for c in text)
    return primary, tuple(c.isupper() for c in text)
