"""Findings in measure files: what does not load, names that nothing uses, value sets that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.errors import ContentError, UsageError
from app.measures.catalog import load_measure, load_vocabulary, measures_folder
from app.measures.check import check_shared, unused
from app.measures.valuesets import codes_for, read_value_sets


def findings(files: Iterable[Path], country: str, value_sets: Sequence[Path]) -> list[str]:
    """One line a finding. Raises UsageError for an unknown country, RecordError for an unreadable value set file."""
    try:
        check_shared(load_vocabulary(measures_folder(country)))
    except ContentError as error:
        return [str(error)]  # every measure leans on it
    codes = read_value_sets(value_sets)
    found: list[str] = []
    for path in files:
        try:
            scope = load_measure(path, country)
            found += unused(scope)
            if value_sets:
                codes_for(scope, codes)
        except ContentError as error:
            found.append(str(error))
        except UsageError as error:
            found.append(f"{path.name}:1: {error}")
    return found
