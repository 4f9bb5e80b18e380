"""Published risk models as pure functions, each with its card; usable without the service.

>>> from risk_models import score2
>>> estimate = score2(region="low", sex="male", age=50, smoker=True, sbp=140,
...                   total_cholesterol=5.5, hdl_cholesterol=1.3)
>>> round(estimate.value, 1), estimate.category
(5.9, 'high')

A model either gives a `RiskEstimate` or raises `NotApplicable`, which says why; it never clamps or guesses.
"""

from __future__ import annotations

from risk_models.base import (
    Caveat,
    Contribution,
    Explanation,
    NaturalFrequency,
    Reference,
    RiskEstimate,
    RiskModel,
    WhatIf,
)
from risk_models.cards import Card, card, describe, may_see
from risk_models.check import CheckReport, VectorResult, check
from risk_models.elsewhere import ElsewhereCard, elsewhere
from risk_models.errors import (
    BadVectors,
    ModelChanged,
    NoColumnForm,
    NotApplicable,
    Refusal,
    RiskModelError,
    UnknownModel,
)
from risk_models.models.audit import audit, audit_c
from risk_models.models.bcrat_gail import bcrat_gail
from risk_models.models.bmi import bmi
from risk_models.models.cha2ds2_va import cha2ds2_va
from risk_models.models.ckd_epi import ckd_epi_2009, ckd_epi_2021
from risk_models.models.colorectal_family_level import colorectal_family_level
from risk_models.models.dlcn import dlcn
from risk_models.models.eisinger import eisinger
from risk_models.models.fib_4 import fib_4
from risk_models.models.findrisc import findrisc
from risk_models.models.ftnd_hsi import ftnd_hsi
from risk_models.models.gad_7 import gad_7
from risk_models.models.icope_step1 import icope_step1
from risk_models.models.kdigo_grid import kdigo_grid
from risk_models.models.kfre_4 import kfre_4
from risk_models.models.ost import ost
from risk_models.models.participation import participation
from risk_models.models.phq import phq
from risk_models.models.plcom2012 import plcom2012, plcom2012_norace
from risk_models.models.premm5 import premm5
from risk_models.models.prevent_base import prevent_base
from risk_models.models.qrisk3 import qrisk3
from risk_models.models.samscore import samscore
from risk_models.models.score2 import score2
from risk_models.models.score2_category import score2_category
from risk_models.models.score2_diabetes import score2_diabetes
from risk_models.models.score2_op import score2_op
from risk_models.registry import compute, get, ids

__all__ = [
    "BadVectors",
    "Card",
    "Caveat",
    "CheckReport",
    "Contribution",
    "ElsewhereCard",
    "Explanation",
    "ModelChanged",
    "NaturalFrequency",
    "NoColumnForm",
    "NotApplicable",
    "Reference",
    "Refusal",
    "RiskEstimate",
    "RiskModel",
    "RiskModelError",
    "UnknownModel",
    "VectorResult",
    "WhatIf",
    "audit",
    "audit_c",
    "bcrat_gail",
    "bmi",
    "card",
    "cha2ds2_va",
    "check",
    "ckd_epi_2009",
    "ckd_epi_2021",
    "colorectal_family_level",
    "compute",
    "describe",
    "dlcn",
    "eisinger",
    "elsewhere",
    "fib_4",
    "findrisc",
    "ftnd_hsi",
    "gad_7",
    "get",
    "icope_step1",
    "ids",
    "kdigo_grid",
    "kfre_4",
    "may_see",
    "ost",
    "participation",
    "phq",
    "plcom2012",
    "plcom2012_norace",
    "premm5",
    "prevent_base",
    "qrisk3",
    "samscore",
    "score2",
    "score2_category",
    "score2_diabetes",
    "score2_op",
]
