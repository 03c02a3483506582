"""The one door through which everything leaves: what commands answer is printed here, what stops them caught here."""

from __future__ import annotations

import contextlib
import gc
import os
import sys

from ovr.cli.answer import FAILED, OK, Answer

INTERRUPTED = 130
"""128 + SIGINT, as shells report it."""


def run(arguments: list[str]) -> int:
    """Runs one command and gives its exit code; never raises."""
    gc.disable()  # a short run that keeps nearly all it allocates: collecting costs a tenth of the time
    _open_closed_streams()
    try:
        return _print(_answered(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        return _nobody_reads(error)


def _open_closed_streams() -> None:
    """`ovr plan >&-`: Python has no stream at all then."""
    if sys.stdout is None or sys.stderr is None:
        nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  (open as long as the process)
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere


def _answered(arguments: list[str]) -> Answer:
    try:
        return _command(arguments)
    except OSError:
        raise  # of printing help: all else that a command meets has become an answer
    except Exception as error:
        return _internal_error(error)


def _command(arguments: list[str]) -> Answer:
    from ovr.cli.app import CommandLineError, command, wrong_usage

    try:
        answered = command()(args=arguments, prog_name="ovr", standalone_mode=False)
    except CommandLineError as error:
        return wrong_usage(error, arguments)
    if isinstance(answered, Answer):
        return answered
    return Answer(code=answered if isinstance(answered, int) else OK)


def _print(answer: Answer) -> int:
    for stream, text in ((sys.stdout, answer.text), (sys.stderr, answer.error)):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a screen that lacks a sign still gets the rest
        stream.write(text)
        stream.flush()
    return answer.code


def _nobody_reads(error: OSError) -> int:
    """`ovr plan | head`: nobody reads on; or the disk is full. Python must not complain when it flushes at the end."""
    if not isinstance(error, BrokenPipeError):
        with contextlib.suppress(OSError):
            sys.stderr.write(f"OVR5007 the answer cannot be written: {error.strerror}\n")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


def _internal_error(error: Exception) -> Answer:
    import platform
    import traceback

    if os.environ.get("OVR_DEBUG"):
        return Answer(error=traceback.format_exc(), code=FAILED)
    from ovr import __version__

    versions = f"ovr {__version__}, Python {platform.python_version()}"
    where = traceback.extract_tb(error.__traceback__)[-1]
    lines = [
        f"OVR9001 ovr itself failed: {type(error).__name__}",
        f"   in {os.path.basename(where.filename)}:{where.lineno}, {versions}",
        "   this is a mistake in ovr, not in your files; nothing was written",
        "   please report it with the output of the same command under OVR_DEBUG=1, which may quote your files",
        "",
    ]
    return Answer(error="\n".join(lines), code=FAILED)
