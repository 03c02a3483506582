"""Faults on the wire, killed processes, rivals: a few cells of fault_matrix.py, which takes too long for every time."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.e2e.experiment import Start, finished, start
from tests.e2e.fault_matrix import Cell, run

A_FEW = {
    Cell("CreateChangeSet", 1, "lost", "lost"): "ok",
    Cell("CreateChangeSet", 1, "killed after", "struck late"): "again",
    Cell("PutObject", 3, "refused", "refused", onwards=True): "again",
    Cell("ExecuteChangeSet", 1, "lost", "lost"): "ok",
    Cell("ExecuteChangeSet", 1, "lost", "lost", onwards=True): "resume",
    Cell("ExecuteChangeSet", 1, "killed after", "struck late"): "resume",
    Cell("ExecuteChangeSet", 1, "Ctrl-C", "interrupted"): "resume",
    Cell("ExecuteChangeSet", 1, "a rival", "interrupted"): "again",
    Cell("DescribeStackEvents", 3, "expired", "expired"): "resume",
    Cell("UpdateTerminationProtection", 1, "expired", "expired"): "again",
}


@pytest.fixture(scope="module")
def begin(tmp_path_factory: pytest.TempPathFactory) -> Start:
    return start(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="module")
def wanted(begin: Start, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return finished(begin, tmp_path_factory.mktemp("clean") / "project")[1]


@pytest.mark.parametrize("cell", A_FEW, ids=lambda cell: f"{cell.operation} {cell.name} {cell.onwards or ''}".strip())
def test_the_job_is_finished_once(cell: Cell, begin: Start, wanted: dict[str, str], tmp_path: Path) -> None:
    outcome = run(begin, cell, tmp_path / "project", wanted)
    assert outcome.wrong == []
    assert outcome.word == A_FEW[cell], outcome.runs
