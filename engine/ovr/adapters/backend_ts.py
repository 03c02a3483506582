"""The keys of `defineBackend` in amplify/backend.ts, read as text: what they are called and what they stand for.

A template knows a construct's own name, not the TypeScript key. `defineBackend({auth, archive: storageB})` and the
resource files it imports say which is which, where they are written plainly. Never run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ovr.adapters import typescript
from ovr.adapters.typescript import Tokens
from ovr.template.tree import StackTree
from ovr.vocabulary.constructs import Constructs
from ovr.vocabulary.gen2 import subjects

_KINDS = {"defineAuth": "auth", "defineData": "data", "defineStorage": "storage", "defineFunction": "function"}
_ENDINGS = (".ts", ".tsx", ".mts", ".js", ".mjs", "/index.ts", "/index.js")
_MAX_KEYS = 500


@dataclass(frozen=True, slots=True)
class Definition:
    """What a key stands for: `auth`, `data`, or the `storage` or `function` with this name."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Module:
    """A source: its path (for a function, its folder is the default name) and text."""

    path: PurePosixPath
    text: str


ReadModule = Callable[[str], Module | None]
"""What `from '…'` in backend.ts names, or None."""


def read_backend_names(backend: Module, read_module: ReadModule) -> dict[str, Definition]:
    """Key of `defineBackend` → its definition; what cannot be read plainly is left out."""
    tokens = typescript.tokens_of(backend.text)
    found: dict[str, Definition] = {}
    imported = typescript.imports(tokens)
    for key, value in list(_backend_entries(tokens).items())[:_MAX_KEYS]:
        if key in ("auth", "data"):  # a backend has one of each, and a schema's file may be long
            definition: Definition | None = Definition(key, "")
        elif len(value) > 1:
            definition = _definition(value, backend.path)
        elif value[0] in imported:
            source = imported[value[0]]
            module = read_module(source.module)
            there = typescript.tokens_of(module.text) if module else []
            definition = _definition(typescript.definition(there, source.exported), module.path) if module else None
        else:
            definition = _definition(typescript.definition(tokens, value[0]), backend.path)
        if definition is not None:
            found[key] = definition
    return found


def names_from_backend(keys: Mapping[str, Definition], tree: StackTree) -> dict[str, str]:
    """Key → construct path in a tree; keys that no single construct answers are left out."""
    there = subjects(tree, Constructs(tree))
    found: dict[str, str] = {}
    for key, meant in keys.items():
        by_kind = meant.kind in ("auth", "data")
        paths = [s.paths[0] for s in there if s.kind == meant.kind and (by_kind or s.own == meant.name)]
        if len(paths) == 1:
            found[key] = paths[0]
    return found


def backend_names(project: Path, tree: StackTree) -> dict[str, str]:
    """The names that a project's amplify/backend.ts gives; empty where there is none. Never raises."""
    amplify = project / "amplify"
    backend = next((m for end in _ENDINGS[:5] if (m := _read(amplify, PurePosixPath("backend" + end)))), None)
    if backend is None:
        return {}

    def read_module(specifier: str) -> Module | None:
        if not specifier.startswith("./"):
            return None
        plain = specifier[2:]
        stem = plain.removesuffix(".js").removesuffix(".ts")
        return next((m for end in _ENDINGS if (m := _read(amplify, PurePosixPath(stem + end)))), None)

    return names_from_backend(read_backend_names(backend, read_module), tree)


def _read(amplify: Path, path: PurePosixPath) -> Module | None:
    """A source below amplify/; None where there is none, it leads outside, or it is no text of sensible size."""
    try:
        file = (amplify / path).resolve()
        inside = file.is_relative_to(amplify.resolve())
        if not inside or not file.is_file() or file.stat().st_size > 4 * typescript.MAX_CHARACTERS:
            return None
        return Module(PurePosixPath("amplify") / path, file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _backend_entries(tokens: Tokens) -> dict[str, Tokens]:
    """The members of the object that `defineBackend` is called with."""
    for at, token in enumerate(tokens):
        if token == "defineBackend" and tokens[at + 1 : at + 2] == ["("]:
            arguments = typescript.call_arguments(tokens[at:])
            entries = typescript.members(arguments[0]) if arguments else None
            return {key: value for key, value in (entries or {}).items() if key != "..." and value}
    return {}


def _definition(tokens: Tokens, path: PurePosixPath) -> Definition | None:
    """What a call of defineAuth, defineData, defineStorage or defineFunction defines."""
    kind = _KINDS.get(tokens[0]) if tokens else None
    arguments = typescript.call_arguments(tokens) if kind else None
    if kind is None or arguments is None:
        return None
    if kind in ("auth", "data"):
        return Definition(kind, "")
    options = typescript.members(arguments[0]) if arguments else {}
    if options is None:
        return None
    name = _name(options, path) if kind == "function" else _text(options, "name")
    return Definition(kind, name) if name else None


def _name(options: Mapping[str, Tokens], path: PurePosixPath) -> str | None:
    """A function's name: given, else that of its entry file, else that of the folder it is defined in."""
    if "name" in options:
        return _text(options, "name")
    if "..." in options:
        return None
    if "entry" in options:
        entry = _text(options, "entry")
        return PurePosixPath(entry).stem if entry else None
    return path.parent.name


def _text(options: Mapping[str, Tokens], key: str) -> str | None:
    value = options.get(key, [])
    return typescript.text_of(value[0]) if len(value) == 1 else None
