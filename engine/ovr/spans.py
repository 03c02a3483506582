"""Where a value came from: file, line and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Source:
    """A text that was read: its name as the user knows it, and its content (for excerpts).

    `secrets` are parts of it that no excerpt may show.
    """

    name: str
    text: str = field(repr=False)
    secrets: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    def line(self, number: int) -> str:
        """The line with this 1-based number, without its line break; empty past the end."""
        lines = _lines(self.text)
        return lines[number - 1] if 0 < number <= len(lines) else ""


@lru_cache(maxsize=8)
def _lines(text: str) -> list[str]:
    """Split once: every selector and every finding asks for its line."""
    return text.splitlines()


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a source. Lines and columns count from 1; the end is exclusive."""

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"

    def part(self, offset: int, length: int) -> Span:
        """A stretch inside a single-line span, `offset` characters from its start."""
        if self.line != self.end_line:
            return self
        start = self.column + offset
        return Span(self.source, self.line, start, self.line, start + length)
