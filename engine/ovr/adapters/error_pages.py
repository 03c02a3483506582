"""docs/errors.md, which is shipped, as one page for each code."""

from __future__ import annotations

import re

from ovr.adapters.packaged import packaged_page

_SECTION = re.compile(r"^### (OVR\d{4})\n\n(.*?)\n*(?=^##|\Z)", re.MULTILINE | re.DOTALL)


def error_pages() -> dict[str, str]:
    """Code → what docs/errors.md says of it, in Markdown: its title, then what it means and what to do."""
    return sections(packaged_page("errors.md").read_text(encoding="utf-8"))


def sections(page: str) -> dict[str, str]:
    """The same for the text of such a page."""
    return dict(_SECTION.findall(page))
