"""The pedigree as JSON-ready data."""

from __future__ import annotations

from typing import Any

from app.facts.kin import Kin
from app.i18n import Translator
from app.pedigree.build import Pedigree
from app.pedigree.words import sentence
from app.records.relatives import KINSHIPS


def pedigree_json(pedigree: Pedigree, t: Translator) -> dict[str, Any]:
    return {
        "as_of": pedigree.as_of.isoformat(),
        "person": {**_kin(pedigree.person), "adopted": pedigree.adopted},
        "relatives": [{**_kin(kin), "text": sentence(kin, t)} for kin in pedigree.relatives],
    }


def _kin(kin: Kin) -> dict[str, Any]:
    kinship = KINSHIPS.get(kin.relation or "")
    return {
        "relation": kin.relation,
        "degree": kinship.degree if kinship else None,
        "side": kinship.side if kinship else None,
        "sex": kin.sex,
        "born": str(kin.born) if kin.born else None,
        "deceased": kin.deceased,
        "age_at_death": kin.age_at_death,
        "adoption": kin.adoption,
        "health_known": kin.health_known,
        "conditions": [
            {
                "condition": c.name, "text": c.text, "onset_low": c.onset_low, "onset_high": c.onset_high,
                "absent": c.absent, "codes": [{"system": code.system, "code": code.code} for code in c.codes],
            }
            for c in kin.conditions
        ],
        "author": kin.author,
        "sources": [{"file": s.file, "entry": s.entry} for s in kin.sources],
    }  # fmt: skip
