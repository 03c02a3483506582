"""Secrets in a text that a person wrote, by what stands before them or by their own form, so that none is shown.

Wider than what is refused (`literal_secrets`): to hide a value for nothing does little harm. The text is read line by
line, not as YAML, since most of what is shown of a file is shown because it cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ovr.knowledge.literal_secrets import forms_in, is_secret_by_name

LEAST = 4
"""Characters below which a text is left alone: hiding it would hide half of all words."""
_COMPUTED = ("{{resolve:", "${", "!", "&", "*")
_PAIR = re.compile(
    r"""(?P<name>[\w.$/~-]+)["']?\s*[:=]\s+?\[?[ ]?
    (?P<value>"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[^\s,{}\[\]#][^,}\]#\n]*)""",
    re.VERBOSE,
)
_HOLDERS = ("path", "name", "key")
"""What stands beside `value` and says what it is of: in a patch, in lists of variables."""
_BLOCK = "a text of several lines"


def is_secret(name: str, value: str) -> bool:
    """Whether a text under this name is to be hidden, by the name or by its own form."""
    if len(value) < LEAST or value.startswith(_COMPUTED):
        return False
    return is_secret_by_name(name, value) or any(True for _ in forms_in(value))


@lru_cache(maxsize=8)
def written_secrets(text: str) -> frozenset[str]:
    """The secrets in a text of YAML or JSON, of one that goes over several lines each line."""
    found = {line.strip() for form in forms_in(text) for line in form.splitlines()}
    default = "secret" if "NoEcho" in text else "default"
    of, block = "", None
    for line in text.splitlines():
        if block is not None and (not line.strip() or _indent(line) > block):
            found.add(line.strip())
            continue
        block = None
        of = "" if line.lstrip().startswith("- ") else of
        for name, value in _pairs(line):
            if name.lower() in _HOLDERS:
                of = value.rpartition("/")[2]
            named = of if of and name.lower() == "value" else default if name == "Default" else name
            if value[:1] in ("|", ">") and is_secret_by_name(named, _BLOCK):
                block = _indent(line)
            elif is_secret(named, value):
                found |= {value, _meant(value)}
    return frozenset(each for each in found if len(each) >= LEAST)


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    """Names and what stands behind them, quotes taken off; of a line without any all of it."""
    pairs = [(match["name"], match["value"].strip()) for match in _PAIR.finditer(line)]
    for name, value in pairs or [("", line.strip().removeprefix("- "))]:
        yield name, value[1:].removesuffix(value[0]) if value[:1] in ("'", '"') else value


def _meant(value: str) -> str:
    """What a text says that stood in quotes."""
    return re.sub(r"\\(.)", r"\1", value).replace("''", "'")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
