"""How a text is written so that YAML leaves it alone."""

from __future__ import annotations

import json
import re


def quoted(text: str) -> str:
    """The text in quotes: double ones, or single ones where it holds double quotes or backslashes itself."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False)


def flow_text(text: str) -> str:
    """The text as it can stand inside YAML's `[…]` or `{…}`: in quotes only where it needs them."""
    return text if re.fullmatch(r"[\w/.][\w/.#-]*", text) else quoted(text)


def block_word(line: str, start: int) -> str:
    """The text that begins at this index of a line, up to a comment or the line's end."""
    return re.split(r"\s#", line[start:], maxsplit=1)[0].rstrip()


def flow_word(line: str, start: int) -> str:
    """The same inside YAML's `[…]` or `{…}`: up to the `,` or bracket that ends it, its own brackets kept."""
    depth, quote = 0, ""
    for index in range(start, len(line)):
        character = line[index]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "[{(":
            depth += 1
        elif character in "]})":
            if depth == 0:
                return line[start:index].rstrip()
            depth -= 1
        elif (character == "," and depth == 0) or (character == "#" and line[index - 1] in " \t"):
            return line[start:index].rstrip()
    return line[start:].rstrip()


def word(line: str, start: int) -> str:
    """The text that begins at this index, by whether a bracket of YAML's own is open there."""
    return flow_word(line, start) if in_flow(line, start) else block_word(line, start)


def in_flow(line: str, index: int) -> bool:
    """Whether a `[` or `{` that opens a YAML list or mapping on this line is still open at `index`."""
    openings, quote, at_start = 0, "", True
    for character in line[:index]:
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and at_start:
            quote = character
        elif character in "[{" and at_start:
            openings += 1
            continue
        elif character in "]}" and openings:
            openings -= 1
        at_start = character in " ,:-" if not quote else False
    return openings > 0
