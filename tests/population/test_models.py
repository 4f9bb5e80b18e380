"""Every model that criteria may name has a form over columns, and its inputs are columns of a population file."""

from __future__ import annotations

from app.guidelines import estimates
from app.population import risks
from app.population.names import OF_MODELS


def test_columns_cover_every_model() -> None:
    assert set(risks.MODELS) == set(estimates.MODELS)
    assert set(OF_MODELS) == set(estimates.MODELS)
