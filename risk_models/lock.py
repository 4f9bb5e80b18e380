"""The lock: which coefficients and formulas each version of a model stands for.

`risk_models/models.lock` holds, for every model and every version that it has had, the digest of its coefficients and
formula: the syntax of the modules that the number depends on, without comments and docstrings, and its table of data.
A model whose digest is not that of its version is refused when it is first computed or its card is read, so that a
changed coefficient neither computes nor shows before its version says so. `scripts/lock_models.py` writes new versions
into the lock, and never changes an old one.

The lock also holds a digest of the files as they are: when it still fits, their syntax need not be read.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from risk_models.errors import ModelChanged

if TYPE_CHECKING:
    from risk_models.base import RiskModel

_HERE = Path(__file__).resolve().parent
LOCK = _HERE / "models.lock"
_FRAME = {f"{name}.py" for name in ("base", "errors", "inputs", "lock", "numeric", "points", "quantities")}
"""How models are read and told, which is no part of what a version stands for."""

VERIFIED: set[str] = set()
"""Models that were found as the lock says, in this process."""


def verify(model: RiskModel[Any]) -> None:
    """Raises ModelChanged when the lock does not have this version, or has it with another digest."""
    lock = _locked()
    expected = lock["models"].get(model.id, {}).get(model.version)
    text = lock["texts"].get(model.id, {"files": [], "digest": ""})
    if expected is None or (_bytes(text["files"]) != text["digest"] and digest(model) != expected):
        why = "is not in models.lock" if expected is None else "stands for other coefficients or another formula"
        raise ModelChanged(
            f"{model.id}: version {model.version} {why}; give a changed model a new version, then run "
            "python scripts/lock_models.py"
        )
    VERIFIED.add(model.id)


def digest(model: RiskModel[Any]) -> str:
    """`sha256:…` of the coefficients and the formula, whatever the comments."""
    hasher = hashlib.sha256()
    for name in parts(model):
        path = _HERE / name
        meaning = _meaning(path) if path.suffix == ".py" else _table(path)
        hasher.update(name.encode() + b"\0" + meaning.encode() + b"\0")
    return "sha256:" + hasher.hexdigest()


def text(model: RiskModel[Any]) -> dict[str, Any]:
    """The files of a model as they are."""
    files = parts(model)
    return {"files": files, "digest": _bytes(files)}


def parts(model: RiskModel[Any]) -> list[str]:
    """The files that make the number, relative to the library: modules less the frame, and the fitted coefficients."""
    files = [str(path.relative_to(_HERE).as_posix()) for path in modules_of(model)]
    table = f"data/{model.id}.json"
    return [name for name in files if name not in _FRAME] + ([table] if (_HERE / table).is_file() else [])


def modules_of(model: RiskModel[Any]) -> list[Path]:
    """Every file of this library that the model imports, directly or not, in order of module name."""
    found: dict[str, Path] = {}
    waiting = [model.formula.__module__]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        file = sys.modules[name].__file__
        assert file is not None
        found[name] = Path(file)
        waiting += _imports(found[name])
    return [found[name] for name in sorted(found)]


def _bytes(files: list[str]) -> str:
    hasher = hashlib.sha256()
    for name in files:
        path = _HERE / name
        hasher.update(name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b"") + b"\0")
    return "sha256:" + hasher.hexdigest()


def _table(path: Path) -> str:
    return json.dumps(json.loads(path.read_text(encoding="utf-8")), sort_keys=True)


@cache
def _locked() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(LOCK.read_text(encoding="utf-8"))
    return found


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _imports(path: Path) -> list[str]:
    return [
        node.module
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("risk_models.")
    ]


@cache
def _meaning(path: Path) -> str:
    return "".join(_words(_tree(path)))


def _words(node: object) -> Iterator[str]:
    """A syntax tree as text that does not depend on the version of Python: no positions, nothing that is empty."""
    if isinstance(node, list):
        for item in node:
            if not (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant)):  # a docstring
                yield from _words(item)
    elif isinstance(node, ast.AST):
        yield f"({type(node).__name__}"
        for name, value in ast.iter_fields(node):
            if name not in ("ctx", "kind", "type_comment", "type_params") and value not in (None, []):
                yield f" {name}"
                yield from _words(value)
        yield ")"
    else:
        yield f" {node!r}"
