"""amplify/backend.ts read as text: what its keys stand for."""

from __future__ import annotations

import time
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovr.adapters.assembly import load_assembly
from ovr.adapters.backend_ts import Definition, Module, backend_names, names_from_backend, read_backend_names

BASES = Path(__file__).parent.parent / "bases"
APPS = Path("/work/shared/corpus/gen2-apps")


def read(backend: str, **modules: str) -> dict[str, Definition]:
    """The definitions in a backend.ts; `modules` are resource files by folder name (`_` for `/`)."""

    def read_module(specifier: str) -> Module | None:
        folder = specifier.removeprefix("./").removesuffix("/resource")
        text = modules.get(folder.replace("/", "_").replace("-", ""))
        return Module(PurePosixPath("amplify") / folder / "resource.ts", text) if text is not None else None

    return read_backend_names(Module(PurePosixPath("amplify/backend.ts"), backend), read_module)


STORAGE = """
export const storage = defineStorage({name: 'shopFiles'}), b = 1;
export const b2 = defineStorage({ name: `two` });
"""


def test_imports_are_followed_once() -> None:
    text = """
    import { defineBackend } from '@aws-amplify/backend';
    import { auth } from './auth/resource';
    import { storage, b2 as other } from "./storage/resource";
    import main from './functions/main-fn/resource';
    /* defineBackend({ nothing }) */
    export const backend = defineBackend({ auth, files: storage, 'archive': other, main, gone });
    """
    found = read(text, storage=STORAGE, functions_mainfn="export default defineFunction();")
    assert found == {
        "auth": Definition("auth", ""),
        "files": Definition("storage", "shopFiles"),
        "archive": Definition("storage", "two"),
        "main": Definition("function", "main-fn"),
    }


@pytest.mark.parametrize(
    ("definition", "name"),
    [
        ("export const fn = defineFunction({ name: 'api-fn', timeoutSeconds: 3 });", "api-fn"),
        ("export const fn = defineFunction({ environment: { name: 'x' }, schedule: ['a', 'b'] });", "my-fn"),
        ("export const fn: Fn<{ a: 1 }> = defineFunction({});", "my-fn"),
        ("export const fn = defineFunction({ entry: '../shared/handle.ts' });", "handle"),
        ("const n = 'x'; export const fn = defineFunction({ name: n });", None),
        ("export const fn = defineFunction({ ...shared });", None),
        ("export const fn = defineFunction({ name });", None),
        ("export const fn = defineFunction({ name: `fn-${stage}` });", None),
        ("export const fn = defineFunction((scope) => new Function(scope, 'x', {}));", None),
        ("export const fn = stage === 'a' ? defineFunction({}) : undefined;", None),
        ("export const other = defineFunction({});", None),
        ("// export const fn = defineFunction({ name: 'commented' });", None),
        ("export const fn = defineFunction({ name: 'never closed'", None),
    ],
)
def test_a_functions_name(definition: str, name: str | None) -> None:
    backend = "import { fn } from './functions/my-fn/resource'; defineBackend({ fn });"
    found = read(backend, functions_myfn=definition)
    assert found == ({"fn": Definition("function", name)} if name else {})


def test_definitions_in_the_file_itself() -> None:
    found = read("const w = defineFunction({name: 'worker'}); defineBackend({ w, f: defineStorage({name: 'inline'}) })")
    assert found == {"w": Definition("function", "worker"), "f": Definition("storage", "inline")}


@pytest.mark.parametrize(
    "text", ["", "defineBackend(all)", "defineBackend(", "defineBackend({ ...all })", "x" * 300_000]
)
def test_what_is_not_plain_is_passed_over(text: str) -> None:
    assert read(text) == {}


def test_names_are_those_of_single_constructs() -> None:
    tree = load_assembly(BASES / "d-large" / "cdk.out", "d").tree
    keys = {
        "archive": Definition("storage", "shopArchive"),
        "auth": Definition("auth", ""),
        "hook": Definition("function", "webhook"),
        "gone": Definition("function", "gone"),
    }
    assert names_from_backend(keys, tree) == {
        "archive": "/storage/shopArchive",
        "auth": "/auth/shopAuth",
        "hook": "/function/webhook",
    }


def project(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


BACKEND = "import { archive } from './storage/resource.js'; defineBackend({ archive });"
ARCHIVE = "export const archive = defineStorage({ name: 'shopArchive' });"


@pytest.mark.parametrize("file", ["amplify/storage/resource.ts", "amplify/storage/resource/index.ts"])
def test_a_project(tmp_path: Path, file: str) -> None:
    tree = load_assembly(BASES / "d-large" / "cdk.out", "d").tree
    made = project(tmp_path, {"amplify/backend.ts": BACKEND, file: ARCHIVE})
    assert backend_names(made, tree) == {"archive": "/storage/shopArchive"}


def test_nothing_outside_amplify_is_read(tmp_path: Path) -> None:
    tree = load_assembly(BASES / "d-large" / "cdk.out", "d").tree
    for backend in (BACKEND.replace("./storage", "../storage"), BACKEND.replace("./storage", "./x/../../storage")):
        made = project(tmp_path, {"amplify/backend.ts": backend, "storage/resource.ts": ARCHIVE})
        assert backend_names(made, tree) == {}
    (tmp_path / "amplify" / "storage").symlink_to(tmp_path / "storage")
    made = project(tmp_path, {"amplify/backend.ts": BACKEND})
    assert backend_names(made, tree) == {}


def test_a_project_without_backend(tmp_path: Path) -> None:
    tree = load_assembly(BASES / "a-auth" / "cdk.out", "a").tree
    assert backend_names(tmp_path, tree) == {}
    (tmp_path / "amplify").mkdir()
    (tmp_path / "amplify" / "backend.ts").write_bytes(b"\xff\xfe")
    assert backend_names(tmp_path, tree) == {}


@pytest.mark.parametrize("piece", ["'", "'\\", "/*", "`\\", "import {", "defineBackend(", "{", "const a ", "'a\\\n"])
def test_hostile_text_takes_no_time(piece: str) -> None:
    before = time.perf_counter()
    read(piece * (250_000 // len(piece)))
    assert time.perf_counter() - before < 5


@given(st.text("defineBackend({a, b:'})` /*\\\n", max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(read("defineBackend({" + text), dict)


@pytest.mark.corpus
@pytest.mark.parametrize("app", ["a-auth", "b-data", "c-full", "d-large"])
def test_the_corpus(app: str) -> None:
    if not APPS.is_dir():
        pytest.skip(f"{APPS} is not there")
    tree = load_assembly(BASES / app / "cdk.out", app).tree
    names = backend_names(APPS / app, tree)
    text = (BASES / app / "backend.ts").read_text()
    keys = text.partition("defineBackend({")[2].partition("});")[0].replace(",", " ").split()
    assert list(names) == keys
