"""The record of deployments: what was begun, by whom, with which overrides, and how it ended.

Each deployment has two objects, `<id>.begun.json` written before it is executed and `<id>.ended.json` written after, so
that one without an end is one whose end nobody saw. Nothing is ever written over. The stacks before and after stand
beside them, named by their content. Where the bucket says nothing else, S3 encrypts all of it (SSE-S3, since 2023).
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, TypeVar, get_args

from ovr.deploy.port import AwsFailure, ObjectStore
from ovr.deploy.snapshot import unpack
from ovr.errors import Finding, OvrError
from ovr.template.assets import utf8_safe
from ovr.template.tree import StackTree

EndResult = Literal["done", "rolled back", "failed", "stuck", "deleted", "not executed"]
Result = EndResult | Literal["unknown"]
"""How a deployment ended; `unknown`: it was begun, and nobody saw its end."""

MAX_ENTRIES = 1000
WORKERS = 8
_FORMAT = 1
_ID = r"\d{8}T\d{6}Z-[0-9a-f]{6}"
_RECORD = re.compile(rf"({_ID})\.(begun|ended|settled)\.json")
_MAX_BYTES = 64 * 1024 * 1024
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """The text of an overrides file, or of one that it names; `masked`: secrets were taken out of it."""

    text: str
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of a deployment before it is executed.

    `plan` is the plan as it is saved, `effects` what each override makes of the base (`deploy.effects`), `files` the
    texts of the overrides by their path below the project, `source` the first of them. `before` and `after` name the
    snapshots of the deployed stacks; `before` is empty for a first deployment. `undoes` is the deployment that this one
    takes back.
    """

    id: str
    stack: str
    stack_id: str
    account: str
    region: str
    who: str
    began: float
    change_set: str
    ovr: str
    plan: Mapping[str, Any]
    source: str = ""
    effects: Sequence[Mapping[str, Any]] = ()
    files: Mapping[str, KeptFile] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a deployment ended, and the stack's status then. `reason` says what failed."""

    id: str
    ended: float
    result: EndResult
    status: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One deployment."""

    begun: Begun
    ended: Ended | None = None

    @property
    def id(self) -> str:
        return self.begun.id

    @property
    def result(self) -> Result:
        return self.ended.result if self.ended else "unknown"


def entry_id(now: float, name: str) -> str:
    """The id of a deployment: ordered by time, and no two alike if no two names are."""
    at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    return f"{at}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A place for the records of one stack: `folder` in a bucket. `name` is what to call it before the user."""

    store: ObjectStore
    bucket: str
    folder: str
    name: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The records of one stack, on one shelf or the same on several."""

    shelves: tuple[Shelf, ...]

    def begin(self, begun: Begun, snapshots: Mapping[str, bytes]) -> None:
        """Records that this is about to be executed, with what `begun.before` and `.after` name (`snapshot.pack`).

        Raises OvrError OVR6012 where that cannot be recorded: then it must not be executed."""
        objects = {f"stacks/{digest}.json.gz": data for digest, data in snapshots.items()}
        written = {"format_version": _FORMAT, **asdict(begun)}
        objects[f"deployments/{begun.id}.begun.json"] = _encoded(written)
        for shelf in self.shelves:
            _on(shelf, lambda at: [_put(at, key, data) for key, data in objects.items()])

    def end(self, ended: Ended, *, seen: bool = True) -> None:
        """Records how it ended; not `seen`: found out later, which counts only where nobody saw it.

        Raises OvrError OVR6012."""
        key = f"deployments/{ended.id}.{'ended' if seen else 'settled'}.json"
        written = {"format_version": _FORMAT, **asdict(ended)}
        for shelf in self.shelves:
            _on(shelf, lambda at: _put(at, key, _encoded(written)))

    def entries(self, limit: int = MAX_ENTRIES, *, unended: bool = False) -> tuple[Entry, ...]:
        """The newest deployments, newest first; if `unended`, only those whose end is not recorded on every shelf.

        What is no record of ours is passed over. Raises OvrError OVR6012."""
        found, without_end = dict[str, dict[str, Shelf]](), set[str]()
        for shelf in self.shelves:
            here: dict[str, set[str]] = {}
            for name in _on(shelf, _names):
                if match := _RECORD.fullmatch(name):
                    found.setdefault(match[1], {}).setdefault(match[2], shelf)
                    here.setdefault(match[1], set()).add(match[2])
            without_end |= {id for id, kinds in here.items() if kinds == {"begun"}}
        chosen = [id for id, kinds in found.items() if "begun" in kinds and not (unended and id not in without_end)]
        newest = sorted(chosen, reverse=True)[:limit]
        with ThreadPoolExecutor(max_workers=WORKERS) as pool:
            entries = pool.map(lambda id: self._entry(id, found[id]), newest)
            return tuple(entry for entry in entries if entry is not None)

    def stacks(self, digest: str) -> StackTree | None:
        """The stacks of a snapshot; None where it is not there any more. Raises OvrError OVR6012."""
        for shelf in self.shelves if re.fullmatch(r"[0-9a-f]{64}", digest) else ():
            data = _on(shelf, lambda at: at.store.get(at.bucket, f"{at.folder}/stacks/{digest}.json.gz"))
            tree = unpack(data, digest) if data is not None else None
            if tree is not None:
                return tree
        return None

    def _entry(self, id: str, kinds: Mapping[str, Shelf]) -> Entry | None:
        begun = _begun(_read(kinds["begun"], f"{id}.begun.json"))
        if begun is None or begun.id != id:
            return None
        ends = (_ended(_read(kinds[kind], f"{id}.{kind}.json")) for kind in ("ended", "settled") if kind in kinds)
        return Entry(begun, next((end for end in ends if end and end.id == id), None))


def find_entry(entries: Sequence[Entry], id: str) -> Entry:
    """The entry with this id, or the only one whose id begins or ends so. Raises OvrError OVR6012."""
    found = [entry for entry in entries if entry.id == id]
    found = found or [entry for entry in entries if id and (entry.id.startswith(id) or entry.id.endswith(id))]
    if len(found) == 1:
        return found[0]
    which = "several deployments" if found else "no deployment"
    listed = ", ".join(entry.id for entry in (found or entries)[:5])
    details = (f"there are {listed}",) if listed else ("nothing has been recorded for this stack",)
    raise OvrError(Finding("OVR6012", f"{which} `{id}`", details=details, fix="`ovr history` lists them"))


def _on(shelf: Shelf, work: Callable[[Shelf], Value]) -> Value:
    """What the work on a shelf gives. Raises OvrError OVR6012."""
    try:
        return work(shelf)
    except AwsFailure as failure:
        message = f"{shelf.name}, the record of deployments, cannot be used"
        raise OvrError(Finding("OVR6012", message, details=(str(failure),), fix=_fix(failure))) from None


def _fix(failure: AwsFailure) -> str:
    if failure.kind == "denied":
        return "the caller needs s3:GetObject, s3:PutObject and s3:ListBucket there"
    return "sign in again" if failure.kind == "expired" else "try again"


def _put(shelf: Shelf, key: str, data: bytes) -> bool:
    return shelf.store.put(shelf.bucket, f"{shelf.folder}/{key}", data, overwrite=False)


def _names(shelf: Shelf) -> Iterator[str]:
    """The names of the newest records; ids sort by time, so that is their end."""
    prefix = f"{shelf.folder}/deployments/"
    keys = sorted(key for key in shelf.store.keys(shelf.bucket, prefix) if key.startswith(prefix))
    return (key[len(prefix) :] for key in keys[-3 * MAX_ENTRIES :])


def _read(shelf: Shelf, name: str) -> Mapping[str, Any] | None:
    """A record; None for what is none."""
    data = _on(shelf, lambda at: at.store.get(at.bucket, f"{at.folder}/deployments/{name}"))
    try:
        value = json.loads(data) if data is not None and len(data) <= _MAX_BYTES else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and value.get("format_version") == _FORMAT else None


def _begun(value: Mapping[str, Any] | None) -> Begun | None:
    texts = [each.name for each in fields(Begun) if each.type == "str"]
    if value is None or not all(isinstance(value.get(name), str) for name in texts):
        return None
    plan, effects, files = value.get("plan"), value.get("effects"), value.get("files")
    if not isinstance(plan, dict) or not isinstance(effects, list) or not isinstance(files, dict):
        return None
    kept = {name: KeptFile(str(f.get("text")), bool(f.get("masked"))) for name, f in files.items() if _is_map(f)}
    return Begun(
        **{name: value[name] for name in texts},
        began=_number(value.get("began")) or 0.0,
        plan=plan,
        effects=tuple(filter(_is_map, effects)),
        files=kept,
    )


def _ended(value: Mapping[str, Any] | None) -> Ended | None:
    if value is None or value.get("result") not in get_args(EndResult):
        return None
    at = _number(value.get("ended"))
    texts = (value.get("id"), value.get("status"), value.get("reason"))
    if at is None or not all(isinstance(text, str) for text in texts):
        return None
    return Ended(value["id"], at, value["result"], value["status"], value["reason"])


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and abs(value) < 1e12 else None


def _encoded(value: Mapping[str, Any]) -> bytes:
    return utf8_safe(json.dumps(value, ensure_ascii=False, indent=1)).encode()
