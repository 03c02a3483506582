"""One `ovr apply` that meets a fault on the wire, or a rival, and the runs that finish its job afterwards.

Each run is a process of its own (forked from a server that has everything imported), so that it can be killed. Only its
time passes faster: sleeps return at once, and an answer is waited for half a second.
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from tests.deploy.cloud import cloud, deploy_as_amplify
from tests.deploy.small import STACK, small_assembly
from tests.fakes.aws.server import Fault, fake_aws
from tests.fakes.aws.state import StackState
from tests.fakes.aws.world import NESTED, World

_processes = get_context("forkserver")
_processes.set_forkserver_preload(["tests.e2e.preload"])
TAGS = {
    "amplify:deployment-type": "branch",
    "amplify:app-id": "small",
    "amplify:branch-name": "main",
    "created-by": "amplify",
}
OVERRIDES = """\
version: 1
overrides:
  - {id: slow-mails, select: "stack#Mails", merge: {VisibilityTimeout: 60}}
  - {id: slow-jobs, select: "function#Jobs", merge: {VisibilityTimeout: 90}}
"""
READ_TIMEOUT, STALL = 0.5, 1.0
MAX_RUNS = 6
DEADLINE = 60.0


@dataclass(frozen=True)
class Start:
    """What every experiment begins with: a project, and an account in which Amplify has deployed it, or not yet."""

    folder: Path
    world: World


def start(folder: Path, *, is_deployed: bool = True) -> Start:
    """A branch with a change in the root stack, in a nested one, and in the stack's own settings."""
    project = folder / "project"
    small_assembly(project / "cdk.out", tags=TAGS)
    (project / ".git").mkdir()
    (project / "overrides.yaml").write_text(OVERRIDES, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, cloud(patch) as fake:
        if is_deployed:
            deploy_as_amplify(fake, project / "cdk.out")
        world = fake.world
    manifest = project / "cdk.out/manifest.json"
    protected = manifest.read_text().replace('"terminationProtection": false', '"terminationProtection": true')
    manifest.write_text(protected, encoding="utf-8")
    return Start(project, world)


@dataclass(frozen=True)
class Ran:
    """One run of the command: its exit code (negative: the signal that killed it) and all that it said."""

    code: int
    said: str
    options: tuple[str, ...]

    @property
    def is_the_last(self) -> bool:
        """Whether it leaves nothing to be done."""
        return self.code == 0 and self.options == ("--yes",) and "could not be recorded" not in self.said


@dataclass
class Outcome:
    """What came of an experiment: the runs it took, the calls of the first one, and what is wrong. `rival` is what
    somebody else had run in the midst of the first one."""

    runs: list[Ran] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    resumed: bool = False
    rival: Ran | None = None

    @property
    def word(self) -> str:
        """For the table."""
        if self.wrong:
            return "WRONG"
        if self.resumed:
            return "resume"
        return "ok" if self.runs[0].code == 0 else "again"


def experiment(
    begin: Start,
    folder: Path,
    fault: Fault | None,
    wanted: Mapping[str, str] | None = None,
    reached: dict[str, str] | None = None,
    rival: bool = False,
) -> Outcome:
    """`ovr apply --yes` under a fault, then without one until the job is done. `wanted`: the templates afterwards,
    which `reached` is filled with. `rival`: where the fault strikes, somebody else runs the same command."""
    shutil.copytree(begin.folder, folder)
    outcome = Outcome()
    with fake_aws() as fake:
        fake.world, fake.stall = copy.deepcopy(begin.world), STALL
        fake.faults = [fault] if fault else []
        process = _Process(fake.url, folder)
        other = _Process(fake.url, folder)

        def compete() -> None:
            outcome.rival = other.run("--yes")

        fake.strike = compete if rival else process.strike
        patience = DEADLINE if rival else READ_TIMEOUT
        sign = signal.SIGINT if fault is not None and fault.kind == "interrupted" else signal.SIGKILL
        outcome.runs.append(process.run("--yes", sign=sign, patience=patience))
        outcome.calls = [*fake.calls]
        fake.faults = []
        outcome.wrong += _after_the_first(outcome.runs[0], fake.world, folder, rivalled=outcome.rival is not None)
        if outcome.rival is not None:
            outcome.wrong += _of_two(outcome.runs[0], outcome.rival)
        _finish(process, outcome)
        outcome.wrong += _at_the_end(fake.world, folder, wanted)
        if reached is not None:
            reached |= templates(fake.world)
    shutil.rmtree(folder)
    return outcome


def finished(begin: Start, folder: Path) -> tuple[Outcome, dict[str, str]]:
    """A run without a fault, and the templates afterwards."""
    found: dict[str, str] = {}
    outcome = experiment(begin, folder, None, reached=found)
    assert not outcome.wrong, outcome.wrong
    return outcome, found


def _finish(process: _Process, outcome: Outcome) -> None:
    """Does what each run says to do, until one says that it is done."""
    while not outcome.runs[-1].is_the_last:
        if len(outcome.runs) == MAX_RUNS:
            outcome.wrong.append(f"not done after {MAX_RUNS} runs: {outcome.runs[-1].said}")
            return
        if outcome.runs[-1].code != 0 and "`ovr apply --resume`" in outcome.runs[-1].said and not outcome.resumed:
            outcome.resumed = True
            outcome.runs.append(process.run("--resume"))
        else:
            outcome.runs.append(process.run("--yes"))


class _Process:
    """Runs `ovr apply` in a process of its own, which `strike` ends."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        self._sign = signal.SIGKILL
        self._running: Any = None

    def run(self, *options: str, sign: signal.Signals = signal.SIGKILL, patience: float = READ_TIMEOUT) -> Ran:
        self._sign = sign
        log = self._folder / f"said-{id(self)}.txt"
        arguments = ["apply", "--region", "us-east-1", "--endpoint-url", self._url, *options]
        self._running = _processes.Process(target=_command, args=(arguments, self._folder, log, patience))
        self._running.start()
        self._running.join(DEADLINE)
        if self._running.is_alive():
            self._running.kill()
            self._running.join()
        said = log.read_text(encoding="utf-8") if log.exists() else ""
        return Ran(self._running.exitcode, said, options)

    def strike(self) -> None:
        os.kill(self._running.pid, self._sign)


def _command(arguments: list[str], folder: Path, log: Path, patience: float) -> None:
    """The process: the real command, in a hurry."""
    from botocore.config import Config
    from botocore.retries.bucket import TokenBucket

    from ovr.cli.door import run

    # tests that a shell starts in the background inherit that SIGINT is ignored; who types Ctrl-C is in the foreground
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(folder)
    os.environ |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_CONFIG_FILE": os.devnull}
    os.environ.pop("AWS_PROFILE", None)
    Config.OPTION_DEFAULTS["read_timeout"] = patience
    TokenBucket.acquire = lambda *_, **__: True
    time.sleep = lambda seconds: None
    sys.stdout = sys.stderr = open(log, "w", encoding="utf-8")  # noqa: SIM115  (open as long as the process)
    sys.exit(run(arguments))


# what must hold


def _of_two(first: Ran, second: Ran) -> Iterator[str]:
    """Of two at once one wins, and the other says so."""
    for ran, other in ((first, second), (second, first)):
        if ran.code != 0 and (other.code != 0 or "OVR6008" not in ran.said):
            yield f"lost to another, and says: {ran.said}"


def _after_the_first(ran: Ran, world: World, folder: Path, *, rivalled: bool) -> Iterator[str]:
    """A run that was stopped says so, in words that are true; so is what it has recorded."""
    executed = _executed(world)
    if ran.code not in (0, 1, 130, -signal.SIGKILL):
        yield f"exit code {ran.code}"
    if ran.code == 1 and not re.search(r"OVR\d{4}", ran.said):
        yield f"no code in {ran.said!r}"
    if "OVR9001" in ran.said or "Traceback" in ran.said:
        yield f"failed in itself: {ran.said}"
    if not rivalled and "nothing was executed" in ran.said and executed:
        yield f"says that nothing was executed, and it was: {ran.said}"
    if ran.code == 130 and executed and "--resume" not in ran.said:
        yield f"does not say how to come back: {ran.said}"
    for place, name, kinds in _records(world, folder):
        result = kinds.get("ended", {}).get("result")
        truth = _truth(world, kinds)
        if result is not None and result != truth:
            yield f"{place} says of {name} {result}, and it is {truth}"
    if executed and not any("begun" in kinds for _, _, kinds in _records(world, folder)):
        yield "executed, and not recorded before"


def _at_the_end(world: World, folder: Path, wanted: Mapping[str, str] | None) -> Iterator[str]:
    """Done once, everything as planned, nothing left over, and all of it recorded."""
    root = world.find(STACK)
    if root is None:
        yield "the stack is not there"
        return
    if len(_executed(world)) != 1:
        yield f"executed {len(_executed(world))} times"
    if root.status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE") or not root.protected:
        yield f"the stack is {root.status}, {'' if root.protected else 'not '}protected"
    if wanted is not None and templates(world) != wanted:
        yield "the templates are others than planned"
    for stack in world.stacks.values():
        if stack.change_sets or stack.status == "REVIEW_IN_PROGRESS":
            yield f"left over in {stack.name}, {stack.status}: {[c.name for c in stack.change_sets.values()]}"
    done = []
    for place, name, kinds in _records(world, folder):
        result = (kinds.get("ended") or kinds.get("settled") or {}).get("result", "unknown")
        if result != _truth(world, kinds):
            yield f"{place} says at the end of {name} {result}, and it is {_truth(world, kinds)}"
        if result == "done" and "begun" in kinds:
            done.append(place)
    if sorted(done) != [".ovr", "s3"]:
        yield f"recorded as done in {done}"


def _executed(world: World) -> list[str]:
    """The tokens of the creations and updates that our runs have begun."""
    return [
        event["ClientRequestToken"]
        for root in world.stacks.values()
        for event in root.events
        if root.parent is None
        and event["PhysicalResourceId"] == root.id
        and event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
        and event["ClientRequestToken"].startswith("ovr-")
    ]


def _truth(world: World, kinds: Mapping[str, Any]) -> str:
    """How the deployment of a record went, by the stack."""
    name = kinds.get("begun", {}).get("change_set")
    if name is None:
        return next((kinds[kind]["result"] for kind in ("ended", "settled") if kind in kinds), "unknown")
    return "done" if name in _executed(world) else "not executed"


def _records(world: World, folder: Path) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """(place, id, kind → record) of each deployment in both places."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    files = {("s3", key): body for (_, key), body in world.objects.items() if key.startswith("ovr/")}
    files |= {(".ovr", path.name): path.read_bytes() for path in folder.glob(".ovr/ledger/**/*") if path.is_file()}
    for (place, key), body in files.items():
        if match := re.fullmatch(r"(?:.*/)?(\d{8}T\d{6}Z-[0-9a-f]+)\.(begun|ended|settled)\.json", key):
            found.setdefault((place, match[1]), {})[match[2]] = json.loads(body)
    return ((place, id, kinds) for (place, id), kinds in found.items())


def templates(world: World) -> dict[str, str]:
    """The templates of the root and of the stacks in it, by their logical IDs."""
    root = world.find(STACK)
    assert root is not None
    return dict(_templates(world, "", root))


def _templates(world: World, path: str, stack: StackState) -> Iterator[tuple[str, str]]:
    yield path, stack.text
    for name, resource in stack.resources.items():
        if resource.type == NESTED:
            yield from _templates(world, f"{path}/{name}", world.stacks[resource.physical])
