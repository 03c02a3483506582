"""What becomes of `ovr apply` when a call of AWS fails: `make faults`.

`python -m tests.e2e.fault_matrix [OPERATION…]` makes the experiments with these operations, or all. Each call that a
clean run makes, times each fault; the fault is made on the wire by the fake of AWS. `ok`: the run finished all the
same. `again`: it stopped, and running it again finished the job. `resume`: it stopped while CloudFormation was at work,
and `ovr apply --resume` followed that to its end. After each the stack is as planned, was updated once, nothing is left
over, and every record of the ledger is true (tests/e2e/experiment.py); else `WRONG`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.experiment import Outcome, Start, experiment, finished, start
from tests.fakes.aws.server import Fault, FaultKind

ONCE: Mapping[str, FaultKind] = {
    "throttled": "throttled",
    "lost": "lost",
    "refused": "refused",
    "reset": "reset",
    "timeout": "timeout",
    "expired": "expired",
    "killed before": "struck",
    "killed after": "struck late",
    "Ctrl-C": "interrupted",
    "a rival": "interrupted",
}
"""What the table calls it → the fault, at one call. A rival runs the same command just then, from start to end."""
ONWARDS: Mapping[str, FaultKind] = {
    "throttled": "throttled",
    "lost": "lost",
    "refused": "refused",
    "expired": "expired",
}
"""The faults that are made at every call after it too."""
SURVIVED = {"throttled", "lost", "refused", "reset", "timeout"}
"""Faults that nobody notices where they come once."""


@dataclass(frozen=True)
class Cell:
    """One experiment: a call by its operation and how often that was called before, and a fault."""

    operation: str
    nth: int
    name: str
    kind: FaultKind
    onwards: bool = False

    @property
    def fault(self) -> Fault:
        return Fault(self.operation, self.kind, self.nth, onwards=self.onwards)


def rows(calls: Sequence[str]) -> list[tuple[str, int]]:
    """(operation, how often so far, this time included) of each call."""
    seen: Counter[str] = Counter()
    numbered = []
    for call in calls:
        seen[call] += 1
        numbered.append((call, seen[call]))
    return numbered


def cells(calls: Sequence[str], only: Collection[str] = ()) -> Iterator[Cell]:
    """Every experiment; those with the operations in `only`, if there are any."""
    for operation, nth in rows(calls):
        if only and operation not in only:
            continue
        yield from (Cell(operation, nth, name, kind) for name, kind in ONCE.items())
        yield from (Cell(operation, nth, name, kind, onwards=True) for name, kind in ONWARDS.items())


def run(begin: Start, cell: Cell, folder: Path, wanted: Mapping[str, str]) -> Outcome:
    """One experiment. A fault that comes once and does no harm must not stop the run."""
    outcome = experiment(begin, folder, cell.fault, wanted, rival=cell.name == "a rival")
    if cell.name in SURVIVED and not cell.onwards and outcome.runs[0].code != 0:
        outcome.wrong.append(f"stopped by what comes once: {outcome.runs[0].said}")
    return outcome


def table(calls: Sequence[str], found: Mapping[Cell, Outcome], names: Mapping[str, FaultKind], *, onwards: bool) -> str:
    """One line for each call, one column for each fault."""
    lines = [f"{'call':<34}" + "".join(f"{name:<15}" for name in names)]
    for number, (operation, nth) in enumerate(rows(calls), 1):
        made = (found.get(Cell(operation, nth, name, kind, onwards)) for name, kind in names.items())
        words = (outcome.word if outcome else "" for outcome in made)
        lines.append(f"{number:>2} {f'{operation} {nth}':<31}" + "".join(f"{word:<15}" for word in words))
    return "\n".join(line.rstrip() for line in lines)


def experiments(folder: Path, only: Sequence[str], *, is_deployed: bool) -> tuple[list[str], dict[Cell, Outcome]]:
    """The calls of a clean run, and the outcome of every experiment; several run at once, for they often wait."""
    begin = start(folder, is_deployed=is_deployed)
    clean, wanted = finished(begin, folder / "clean")
    planned = list(cells(clean.calls, only))
    with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        outcomes = pool.map(lambda job: run(begin, job[1], folder / str(job[0]), wanted), enumerate(planned))
        return clean.calls, dict(zip(planned, outcomes, strict=True))


def report(title: str, calls: Sequence[str], found: Mapping[Cell, Outcome]) -> str:
    """The tables, their totals, and what is wrong."""
    counts = Counter(outcome.word for outcome in found.values())
    lines = [
        f"{title}: {len(calls)} calls without a fault.\n\nA fault at one call:\n",
        table(calls, found, ONCE, onwards=False),
        "\nA fault at this call and at all after it:\n",
        table(calls, found, ONWARDS, onwards=True),
        f"\n{len(found)} experiments: {', '.join(f'{count} {word}' for word, count in counts.most_common())}\n",
    ]
    for cell, outcome in found.items():
        if outcome.wrong:
            lines.append(f"{cell.operation} {cell.nth}, {cell.name}{' from there on' if cell.onwards else ''}:")
            lines += [f"  {line}" for reason in outcome.wrong for line in reason.strip().splitlines()]
    return "\n".join(lines)


def main(only: Sequence[str]) -> int:
    """Prints the tables of an update and of a first deployment; the exit code says whether anything is wrong."""
    began, is_wrong = time.monotonic(), False
    for title, is_deployed in (("An update", True), ("A first deployment", False)):
        with tempfile.TemporaryDirectory(prefix="ovr-faults-") as scratch:
            calls, found = experiments(Path(scratch), only, is_deployed=is_deployed)
        print(report(title, calls, found), flush=True)
        is_wrong |= any(outcome.wrong for outcome in found.values())
    print(f"{time.monotonic() - began:.0f} s")
    return int(is_wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
