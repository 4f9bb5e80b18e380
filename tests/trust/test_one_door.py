"""Only the trust layer reaches health data, and only the door gives grants: read in the source of every module."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import app
from app.store import tables
from app.trust import audit, consents, health, held, repeats
from app.trust.grant import Grant

ROOT = Path(app.__file__).parent
MODULES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in ROOT.rglob("*.py")}
TRUST = ROOT / "trust"
STORE = ROOT / "store"
TABLE_NAMES = set(tables.SQLModel.metadata.tables)


def outside(*folders: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path, tree in MODULES.items():
        if not any(path.is_relative_to(folder) for folder in folders):
            yield path, tree


def names(tree: ast.AST) -> set[str]:
    """Every name, attribute, imported name and short text of a module."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            found |= {part for alias in node.names for part in (alias.name, alias.name.rpartition(".")[2])}
            found.add(getattr(node, "module", None) or "")
    return found


def texts(tree: ast.AST) -> Iterator[str]:
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value


def test_no_table_is_named_outside_trust_and_store() -> None:
    for path, tree in outside(TRUST, STORE):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "app.store.tables":
                assert {alias.name for alias in node.names} <= {"stamp", "moment"}, path
            if isinstance(node, ast.ImportFrom) and node.module == "app.store":
                assert not any(alias.name == "tables" for alias in node.names), path
            if isinstance(node, ast.Import):
                assert not any(alias.name == "app.store.tables" for alias in node.names), path
        for text in texts(tree):
            assert not any(name in text for name in TABLE_NAMES), (path, text)


def test_statements_are_made_in_trust_and_store_only() -> None:
    """No other module builds or sends SQL: it has no connection, and imports nothing to make one."""
    for path, tree in outside(TRUST, STORE):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom | ast.Import):
                modules = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
                allowed = path == ROOT / "services" / "services.py"  # holds the engine, to open and close it
                for module in modules:
                    bad = module.partition(".")[0] in {
                        "sqlalchemy",
                        "sqlmodel",
                        "sqlite3",
                        "psycopg",
                        "alembic",
                    }
                    assert allowed or not bad, (path, module)
    held = names(MODULES[ROOT / "services" / "services.py"])
    assert not held & {"connect", "begin", "execute", "text", "select", "raw_connection", "Session"}


def test_health_tables_are_reached_by_the_repository_and_the_digest_of_the_door() -> None:
    every = {model.__name__ for model in tables.HEALTH_TABLES}
    allowed = {
        TRUST / "health.py": {"HealthFacts", "HealthIdentity", "HealthUpload", "HealthQuestions"},
        TRUST / "signals.py": {"HealthSignal"},  # reports and requests: each of its functions asks for a grant
        TRUST / "held.py": every,  # the right of access
        TRUST / "sessions.py": {"HealthFacts"},  # the digest of the facts only, see below
        TRUST / "people.py": {"HealthFacts"},
        TRUST / "erasure.py": every,  # deletes
    }
    health_tables = {model.__name__ for model in tables.HEALTH_TABLES}
    for path, tree in outside(STORE):
        assert names(tree) & health_tables <= allowed.get(path, set()), path
    for path in (TRUST / "sessions.py", TRUST / "people.py"):
        columns = {
            node.attr
            for node in ast.walk(MODULES[path])
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "c"
            and isinstance(node.value.value, ast.Name)
            and node.value.value.id == "_FACTS"
        }
        assert columns == {"digest", "person_id"}, path


@pytest.mark.parametrize("module", [health, held, repeats], ids=lambda module: module.__name__)
def test_every_function_of_the_repository_asks_for_a_grant(module: object) -> None:
    public = [
        value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")  # type: ignore[attr-defined]
    ]
    assert public
    for function in public:
        first = next(iter(inspect.signature(function, eval_str=True).parameters.values()))
        assert first.annotation in (Grant, Sequence[Grant]), function


def test_reading_the_log_and_changing_consents_ask_for_a_grant() -> None:
    for function in (audit.about, consents.history, consents.past, consents.change):
        first = next(iter(inspect.signature(function, eval_str=True).parameters.values()))
        assert first.annotation is Grant, function


def test_only_the_door_gives_grants() -> None:
    for path, tree in MODULES.items():
        found = names(tree)
        if path != TRUST / "grant.py":
            assert "_SEAL" not in found, path
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "app.trust.grant":
                imported = {alias.name for alias in node.names}
                assert path == TRUST / "door.py" or "issue" not in imported, path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Grant":
                assert path == TRUST / "grant.py", path


def test_nothing_updates_or_deletes_the_logs() -> None:
    log = set((TRUST / "log").glob("*.py"))
    for path in (TRUST / "audit.py", TRUST / "consents.py", *log):
        calls = {
            (node.func.id, ast.unparse(node.args[0]))
            for node in ast.walk(MODULES[path])
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"update", "delete"}
        }
        assert calls <= {("update", "_HEAD")}, path
    for path, tree in MODULES.items():
        if path not in {TRUST / "audit.py", TRUST / "erasure.py", STORE / "tables.py", *log}:
            assert not names(tree) & {"AuditEntry", "AuditHead"}, path
