"""The one door through which everything leaves: what commands answer is printed here, what stops them caught here."""

from __future__ import annotations

import gc
import os
import sys

from ovr.cli.answer import FAILED, OK, Answer

INTERRUPTED = 130
"""128 + SIGINT, as shells report it."""


def run(arguments: list[str]) -> int:
    """Runs one command and gives its exit code; never raises."""
    gc.disable()  # a short run that keeps nearly all it allocates: collecting costs a tenth of the time
    try:
        return _print(_command(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_gone()
    except Exception as error:
        return _print(_internal_error(error))


def _command(arguments: list[str]) -> Answer:
    from ovr.cli.app import CommandLineError, command, wrong_usage

    try:
        answered = command()(args=arguments, prog_name="ovr", standalone_mode=False)
    except CommandLineError as error:
        return wrong_usage(error)
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


def _reader_gone() -> int:
    """`ovr plan | head`: nobody reads on. Python must not complain of it when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


def _internal_error(error: Exception) -> Answer:
    import platform
    import traceback

    if os.environ.get("OVR_DEBUG"):
        return Answer(error=traceback.format_exc(), code=FAILED)
    from ovr import __version__
    from ovr.render.plain import plain

    versions = f"ovr {__version__}, Python {platform.python_version()}"
    where = traceback.extract_tb(error.__traceback__)[-1]
    lines = [
        f"OVR9001 ovr itself failed: {type(error).__name__}: {plain(str(error))[:300]}",
        f"   in {os.path.basename(where.filename)}:{where.lineno}, {versions}",
        "   this is a mistake in ovr, not in your files; nothing was written",
        "   please report it with the output of the same command under OVR_DEBUG=1",
        "",
    ]
    return Answer(error="\n".join(lines), code=FAILED)
