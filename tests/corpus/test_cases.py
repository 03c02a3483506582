"""Every corpus case does what its case.json asks: a sample that is committed, ours, and all where the corpus is."""

from __future__ import annotations

import pytest
from tests.corpus.cases import CORPUS, OWN, SAMPLE, Case, cases, run


@pytest.mark.parametrize("case", list(cases(SAMPLE)), ids=lambda case: case.name)
def test_sample(case: Case) -> None:
    result = run(case)
    if result.state == "not yet":
        pytest.skip(f"needs what a later issue brings: {'; '.join(result.lines)}")
    assert result.lines == ()


@pytest.mark.parametrize("case", list(cases(OWN)), ids=lambda case: case.name)
def test_own(case: Case) -> None:
    assert run(case).lines == ()


@pytest.mark.corpus
def test_corpus(capsys: pytest.CaptureFixture[str]) -> None:
    if not CORPUS.exists():
        pytest.skip("the corpus is not here (../shared/corpus)")
    results = [run(case) for case in cases(CORPUS)]
    assert [(r.case.name, r.lines) for r in results if r.state == "failed"] == []
    assert sum(r.state == "passed" for r in results) >= 70
