"""A tree of stacks as it was deployed, kept as text: without secrets, and the same for the same tree."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import replace
from typing import Any

from ovr.check.secrets import HIDDEN, hide_at
from ovr.template.assets import sha256, utf8_safe
from ovr.template.tree import ROOT, Stack, StackTree

_FORMAT = 1
MAX_BYTES = 256 * 1024 * 1024
"""Of a snapshot that is read, unpacked: as much as all templates of an assembly may have."""


def without_secrets(tree: StackTree, other: StackTree | None = None) -> StackTree:
    """The tree with `(hidden)` in the place of every secret literal.

    What is the same object in `other`, which has none any more, is not looked into."""
    clean = {id(stack) for stack in other.stacks.values()} if other else set()
    stacks = {path: stack if id(stack) in clean else _hidden(stack, tree) for path, stack in tree.stacks.items()}
    return StackTree(tree.name, stacks)


def _hidden(stack: Stack, tree: StackTree) -> Stack:
    template = hide_at(stack.template, stack.path, (), tree, tree)
    return stack if template is stack.template else replace(stack, template=template)


def pack(tree: StackTree) -> tuple[str, bytes]:
    """The SHA-256 of a tree's text, and that text compressed."""
    stacks = [
        {
            "path": stack.path,
            "file": stack.file,
            "parent": stack.parent,
            "logical_id": stack.logical_id,
            "options": stack.options,
            "template": stack.template,
        }
        for stack in tree.stacks.values()
    ]
    text = json.dumps({"format_version": _FORMAT, "name": tree.name, "stacks": stacks}, ensure_ascii=False)
    text = utf8_safe(text)
    return sha256(text), gzip.compress(text.encode(), mtime=0)


def unpack(data: bytes, digest: str) -> StackTree | None:
    """The tree that `pack` wrote; None where that is not what the digest says."""
    try:
        text = _decompressed(data).decode()
        if sha256(text) != digest:
            return None
        value = json.loads(text)
        stacks = [_stack(each) for each in value["stacks"]]
        tree = StackTree(str(value["name"]), {stack.path: stack for stack in stacks})
    except (zlib.error, ValueError, LookupError, TypeError, RecursionError):
        return None
    return tree if value.get("format_version") == _FORMAT and ROOT in tree.stacks else None


def _decompressed(data: bytes) -> bytes:
    """Raises ValueError for what unpacks to more than MAX_BYTES."""
    unpacking = zlib.decompressobj(wbits=31)  # gzip
    text = unpacking.decompress(data, MAX_BYTES)
    if not unpacking.eof:
        raise ValueError("too large, or cut short")
    return text


def _stack(value: Any) -> Stack:
    template, options = value["template"], value["options"]
    if not isinstance(template, dict) or not isinstance(options, dict):
        raise TypeError
    return Stack(str(value["path"]), str(value["file"]), template, value["parent"], value["logical_id"], options)


def holds_secrets(tree: StackTree) -> bool:
    """Whether secrets were taken out of this tree."""
    written = json.dumps(HIDDEN)
    return any(written in json.dumps(stack.template) for stack in tree.stacks.values())
