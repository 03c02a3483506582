"""docs/errors.md has a section for every code. OVR_UPDATE=1 writes headings anew and keeps what stands below them."""

import os
from itertools import groupby
from pathlib import Path

import pytest

from ovr.adapters.error_pages import sections
from ovr.errors import CODES

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
CHAPTERS = {
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
found, and what to do. `ovr explain CODE` shows the section of this page.
"""


def errors_page() -> str:
    written = sections(PAGE.read_text(encoding="utf-8"))
    page = HEAD
    for digit, codes in groupby(sorted(CODES), key=lambda code: code[len("OVR")]):
        page += f"\n## {CHAPTERS[digit]}\n"
        for code in codes:
            prose = written.get(code, "").partition("\n\n")[2]
            page += f"\n### {code}\n\n**{CODES[code]}**\n" + (f"\n{prose}\n" if prose else "")
    return page


def test_the_page_of_errors_is_up_to_date() -> None:
    page = errors_page()
    if os.environ.get("OVR_UPDATE"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, "OVR_UPDATE=1 writes the headings of docs/errors.md anew"


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_explained(code: str) -> None:
    title, _, prose = sections(PAGE.read_text(encoding="utf-8"))[code].partition("\n\n")
    assert title == f"**{CODES[code]}**"
    assert prose.endswith("."), f"say in docs/errors.md below `### {code}` what it means and what to do"
