"""Runs a `.case` file: a project in a temporary folder, commands as a user types them, the whole screen compared."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

BASES = Path(__file__).parent.parent / "bases"
BASE_FOLDER = Path(".amplify/artifacts/cdk.out")
TODAY = "2026-11-22"

_MARK = re.compile(r"^-- (.+) --$")


@dataclass
class Case:
    path: Path
    settings: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def setting(self, name: str, default: str) -> str:
        return self.settings.get(name, [default])[0]


def read_case(path: Path) -> Case:
    case = Case(path)
    name: str | None = None
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        mark = _MARK.match(line.rstrip("\n"))
        if mark:
            name = mark[1]
            case.files[name] = ""
        elif name is not None:
            case.files[name] += line
        elif line.strip() and not line.startswith("#"):
            key, _, value = line.partition(":")
            case.settings.setdefault(key.strip(), []).append(value.strip())
    return case


def run_case(case: Case, folder: Path) -> tuple[int, dict[str, str]]:
    """(exit code of the last command, the `expected…` parts as they are now)."""
    base = case.setting("base", "a-auth")
    if base != "none":
        shutil.copytree(BASES / base / "cdk.out", folder / BASE_FOLDER)
    for name, text in case.files.items():
        if not name.startswith("expected"):
            _write(folder / name, text)
    (folder / ".git").mkdir(exist_ok=True)
    code, screen = 0, ""
    for command in case.settings.get("run", ["ovr plan"]):
        code, printed = run_command(shlex.split(command)[1:], folder)
        screen += printed
    actual = {"expected": screen.replace(str(folder), "/project")}
    for name in case.files:
        if name.startswith("expected file "):
            actual[name] = (folder / name.removeprefix("expected file ")).read_text(encoding="utf-8")
    return code, {name: _ended(text) for name, text in actual.items()}


def _ended(text: str) -> str:
    """A case file cannot show whether a text ends in a line break."""
    return f"{text}\n" if text and not text.endswith("\n") else text


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if text.startswith("-> "):
        path.symlink_to(text[3:].strip())
    else:
        path.write_text(text, encoding="utf-8")


def run_command(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Runs `ovr` in this process, in `folder`; what it printed: standard output, then standard error."""
    from ovr.cli import main

    out, err = io.StringIO(), io.StringIO()
    before = Path.cwd()
    os.chdir(folder)
    try:
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            mock.patch.object(sys, "argv", ["ovr", *arguments]),
            mock.patch.dict(os.environ, {"OVR_TODAY": TODAY, "COLUMNS": "100", "NO_COLOR": "1"}),
        ):
            try:
                main()
                code = 0
            except SystemExit as stop:
                code = stop.code if isinstance(stop.code, int) else 1
    finally:
        os.chdir(before)
    return code, out.getvalue() + err.getvalue()


def update(case: Case, code: int, actual: dict[str, str]) -> None:
    """Rewrites the expectations of a case file."""
    settings = {**case.settings, "exit": [str(code)]}
    text = "".join(f"{key}: {value}\n" for key, values in settings.items() for value in values)
    for name, content in {**case.files, **actual}.items():
        text += f"-- {name} --\n{content}"
    case.path.write_text(text, encoding="utf-8")
