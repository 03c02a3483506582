"""How fast `ovr` is: `make bench`, or `python tests/bench/bench.py [RUNS]`.

In one run, on a small and a large backend: `ovr plan` from cold, a warm plan in the process, `ovr --help`, and
memory at its peak; beside a Python that only starts, one that only loads the same JSON, and cfn-lint on the
templates that the plan touches. Ratios are to loading the JSON.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
BASES = {"small": "a-auth", "large": "d-large"}
OVR = [sys.executable, "-c", "import sys; from ovr.cli import main; sys.exit(main())"]
LOAD = "import json, sys\nfor name in sys.argv[1:]:\n with open(name) as file: json.load(file)"


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, best and median; megabytes at the peak (0: not measured)."""

    what: str
    best: float
    median: float
    memory: float = 0.0


def of_command(what: str, command: list[str], runs: int, allowed: tuple[int, ...] = (0,)) -> Measured:
    """A command from cold, over and over. Raises CalledProcessError for another exit code than allowed."""
    seconds, memory = [], []
    for _ in range(runs):
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds.append(time.perf_counter() - start)
        memory.append(usage.ru_maxrss / 1024)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in allowed:
            raise subprocess.CalledProcessError(child.returncode, command)
    return Measured(what, min(seconds), median(seconds), max(memory))


def of_call(what: str, call: Callable[[], object], runs: int) -> Measured:
    """A call in this process, over and over, after one that is not counted."""
    call()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return Measured(what, min(seconds), median(seconds))


def cfn_lint(templates: list[str]) -> Measured | None:
    """cfn-lint, with its own schemas, on these templates; None if it is not installed."""
    program = Path(sys.executable).parent / "cfn-lint"
    if not program.exists():
        return None
    with tempfile.TemporaryDirectory() as home:
        command = ["env", f"HOME={home}", str(program), *templates]
        return of_command(f"cfn-lint on {len(templates)} touched", command, 1, tuple(range(64)))


def warm(folder: Path, overrides: Path, runs: int) -> tuple[list[Measured], list[str], str]:
    """Plans in one process: the times, the templates touched, and a line about the plan."""
    from ovr.adapters.bases import open_base
    from ovr.adapters.overrides_file import load_overrides
    from ovr.plan import build_plan

    base, entries = open_base(str(folder), HERE), load_overrides(overrides)
    plan = build_plan(base, entries)
    resources = sum(len(stack.resources) for stack in base.tree.stacks.values())
    about = (
        f"{len(base.tree.stacks)} templates, {resources} resources; {len(entries.overrides)} overrides "
        f"change {plan.summary.change + plan.summary.add} of them"
    )

    def from_files() -> object:
        return build_plan(open_base(str(folder), HERE), load_overrides(overrides))

    rows = [
        of_call("warm: read and plan", from_files, runs),
        of_call("warm: plan alone", lambda: build_plan(base, entries), runs),
    ]
    return rows, [str(folder / stack.file) for stack in plan.stacks], about


def measure(size: str, runs: int) -> list[Measured]:
    """One backend. What runs in a process of its own keeps this one small: a child's peak counts its parent's."""
    folder, overrides = HERE.parent / "bases" / BASES[size] / "cdk.out", HERE / f"{size}.yaml"
    files = [str(file) for file in sorted(folder.glob("*.json"))]
    with get_context("spawn").Pool(1) as pool:
        in_process, touched, about = pool.apply(warm, (folder, overrides, runs))
    print(f"{size}: {BASES[size]}, {about}")
    rows = [
        of_command("python: json.load", [sys.executable, "-c", LOAD, *files], runs),
        of_command("ovr plan, cold", [*OVR, "plan", "-f", str(overrides), "-b", str(folder)], runs, (2,)),
        *in_process,
    ]
    lint = cfn_lint(touched)
    if lint is None:
        print("  (cfn-lint is not installed)")
    return [*rows, lint] if lint else rows


def show(rows: list[Measured]) -> None:
    reference = rows[0].best
    print(f"  {'':<28}{'best':>9}{'median':>9}{'ratio':>8}{'peak':>10}")
    for row in rows:
        peak = f"{row.memory:7.0f} MB" if row.memory else ""
        times = f"{row.best * 1000:6.0f} ms{row.median * 1000:6.0f} ms"
        print(f"  {row.what:<28}{times}{row.best / reference:7.1f}×{peak}")


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, {runs} runs each")
    start = of_command("python: nothing", [sys.executable, "-c", ""], runs)
    show([start, of_command("ovr --help", [*OVR, "--help"], runs)])
    for size in BASES:
        show(measure(size, runs))


if __name__ == "__main__":
    main()
