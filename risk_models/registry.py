"""The models there are, found by the id that their test vectors use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from risk_models.base import RiskEstimate, RiskModel
from risk_models.elsewhere import elsewhere
from risk_models.errors import UnknownModel
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

MODELS: dict[str, RiskModel[Any]] = {
    model.id: model
    for model in (
        score2,
        score2_op,
        score2_category,
        findrisc,
        eisinger,
        colorectal_family_level,
        ckd_epi_2009,
        ckd_epi_2021,
        kdigo_grid,
        bmi,
        premm5,
        samscore,
        dlcn,
        audit_c,
        audit,
        phq,
        gad_7,
        participation,
        score2_diabetes,
        kfre_4,
        fib_4,
        ost,
        ftnd_hsi,
        icope_step1,
        cha2ds2_va,
        plcom2012,
        plcom2012_norace,
        bcrat_gail,
        prevent_base,
        qrisk3,
    )
}


def ids() -> list[str]:
    """The ids of all models."""
    return list(MODELS)


def get(model_id: str) -> RiskModel[Any]:
    """One model. Raises UnknownModel."""
    try:
        return MODELS[model_id]
    except (KeyError, TypeError):
        pass
    if isinstance(model_id, str) and (left_out := elsewhere().get(model_id)):
        data = left_out.data
        there = f" Go to {data.go_to}." if data.go_to else ""
        use = f" Here: {', '.join(data.instead)}." if data.instead else ""
        raise UnknownModel(f"{model_id} is not computed here. {data.why_not}{there}{use}")
    raise UnknownModel(f"no model has this id; there are {', '.join(MODELS)}")


def compute(model_id: str, inputs: Mapping[str, Any]) -> RiskEstimate:
    """The estimate of a model on plain data. Raises UnknownModel, NotApplicable."""
    return get(model_id).compute(inputs)
