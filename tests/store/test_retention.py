"""Every table says how long its rows are kept, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from sqlmodel import SQLModel

from app.content import content_dir
from app.errors import ContentError
from app.store import tables  # noqa: F401 - fills the metadata
from app.trust.retention import load_retention

TABLES = set(SQLModel.metadata.tables)


def test_every_table_has_a_rule_or_a_reason() -> None:
    rules = load_retention()
    told = {rule.table for rule in rules.rules} | set(rules.kept)
    assert told == TABLES, f"say in content/retention.yaml how long these are kept, and why: {TABLES - told}"
    assert all(len(why.split()) > 3 for why in rules.kept.values())


@pytest.mark.parametrize(("change", "message"), [
    (lambda d: d["rules"].append({**d["rules"][0], "table": "nothing"}), "there is no table"),
    (lambda d: d["rules"][0].update(date="nothing"), "has no column"),
    (lambda d: d["rules"][0].update(keep="soon"), "not a period"),
    (lambda d: d["kept"].update(account_session="twice"), "stands twice"),
    (lambda d: d["inactive"].update(erase_after="P9Y"), "shorter"),
    (lambda d: d["rules"][0].pop("basis"), "basis"),
])  # fmt: skip
def test_a_wrong_rule_is_refused(tmp_path: Path, change: object, message: str) -> None:
    data = yaml.safe_load((content_dir() / "retention.yaml").read_text(encoding="utf-8"))
    change(data)  # type: ignore[operator]
    (tmp_path / "retention.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ContentError, match=message):
        load_retention(tmp_path)
