"""docs/errors.md lists every code; OVR_UPDATE=1 writes it anew."""

import os
from itertools import groupby
from pathlib import Path

from ovr.errors import CODES

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
SECTIONS = {
    "1": "The overrides file",
    "2": "Selectors",
    "3": "Compiling and applying",
    "4": "Safety",
    "5": "Bases and other files",
    "6": "Deploying",
    "9": "The tool itself",
}
HEAD = """# Errors

Every finding has a code that never changes its meaning. What is said with it names the place, what was expected and
found, and what to do.
"""


def errors_page() -> str:
    page = HEAD
    for digit, codes in groupby(sorted(CODES), key=lambda code: code[len("OVR")]):
        page += f"\n## {SECTIONS[digit]}\n\n| code | |\n| --- | --- |\n"
        page += "".join(f"| {code} | {CODES[code]} |\n" for code in codes)
    return page


def test_the_page_of_errors_is_up_to_date() -> None:
    if os.environ.get("OVR_UPDATE"):
        PAGE.write_text(errors_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == errors_page(), "OVR_UPDATE=1 writes docs/errors.md anew"
