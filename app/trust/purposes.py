"""The closed list of purposes and the text of consent (content/purposes), read and checked once."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from app.content import Strict, content_dir, load_model, parse_yaml, text_of
from app.errors import ContentError
from app.trust.vocabulary import CATEGORIES, CHANNELS, Act, Role

Language = Literal["fr", "en"]

ALWAYS_REFUSED = frozenset({"insurance", "employment", "credit", "advertising"})
"""No content file can open these (Regulation (EU) 2025/327 art. 54; CSP art. L.1461-1 V)."""


class Purpose(Strict):
    """Why data may be used: by whom (`who`), on whose data (`whose`), on which legal basis, with or without
    consent."""

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    label: str
    words: str
    words_en: str
    legal_basis: str = Field(pattern=r"^[a-z0-9_]+$")
    legal_basis_words: str
    who: list[Role]
    whose: Literal[
        "self", "patient", "sample", "consenting", "consenting_to_own_prevention", "sent", "anyone", "not_opposed",
        "nobody", "drawn", "reporter",
    ]
    """`sent`: data that the caller sends for one answer; nothing is kept, and nothing kept is reached. `nobody`: what
    is reached is about recommendations, never about a person. `drawn`: people who consent, of whom an answer was drawn
    and given to the reader. `reporter`: what somebody sent to the team, and nothing else of them."""
    consent: Literal["required", "not_needed"]
    by: Literal["category", "channel"] = "category"
    """What consent is given for: each category of data, or each way of writing to the person."""
    acts: list[Act]
    professions: list[str] = Field(default_factory=list)
    """Of professionals: which may invoke it (`app.identity.people`)."""

    @property
    def consent_of(self) -> str | None:
        """The purpose whose consent this one needs."""
        if self.consent == "not_needed":
            return None
        return "own_prevention" if self.whose == "consenting_to_own_prevention" else self.id


class RefusedPurpose(Strict):
    id: str
    label: str
    words: str


class Purposes(Strict):
    """What is not in `purposes` is refused; `refused` names what is asked for most and shall never be had."""

    purposes: list[Purpose]
    refused: list[RefusedPurpose]

    @model_validator(mode="after")
    def _closed(self) -> Purposes:
        refused = {item.id for item in self.refused}
        names = [item.id for item in self.purposes] + [item.id for item in self.refused]
        if len(names) != len(set(names)):
            raise ValueError("a purpose stands twice")
        if missing := ALWAYS_REFUSED - refused:
            raise ValueError(f"{', '.join(sorted(missing))} must stay among the refused purposes")
        return self

    def get(self, name: str) -> Purpose | None:
        return next((purpose for purpose in self.purposes if purpose.id == name), None)

    def is_refused(self, name: str) -> bool:
        return name in ALWAYS_REFUSED or any(item.id == name for item in self.refused)


class ConsentText(Strict):
    """The words shown. `categories` or `channels`: the words of each choice."""

    title: str
    body: list[str]
    categories: dict[str, str] = Field(default_factory=dict)
    channels: dict[str, str] = Field(default_factory=dict)

    @property
    def choices(self) -> dict[str, str]:
        return self.channels or self.categories

    @property
    def digest(self) -> str:
        """`sha256:…` of the words shown."""
        shown = {name: words for name, words in self.model_dump().items() if words}
        text = json.dumps(shown, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    @model_validator(mode="after")
    def _every_choice(self) -> ConsentText:
        if self.channels:
            if self.categories or set(self.channels) != set(CHANNELS):
                raise ValueError(f"`channels` must name each of {', '.join(CHANNELS)}, and `categories` be absent")
        elif set(self.categories) != set(CATEGORIES):
            raise ValueError(f"`categories` must name each of {', '.join(CATEGORIES)}")
        return self


class Consent(Strict):
    """How consent to one purpose is asked, by language."""

    purpose: str
    same_meaning: list[str] = Field(default_factory=list)
    texts: dict[Language, ConsentText]

    @model_validator(mode="after")
    def _alike(self) -> Consent:
        if len({tuple(sorted(text.choices)) for text in self.texts.values()}) != 1:
            raise ValueError("each language must offer the same choices")
        return self

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be allowed, in the order in which it is shown."""
        return CHANNELS if self.by == "channel" else CATEGORIES

    @cached_property
    def by(self) -> Literal["category", "channel"]:
        return "channel" if any(text.channels for text in self.texts.values()) else "category"

    @cached_property
    def valid_digests(self) -> frozenset[str]:
        return frozenset(self.same_meaning) | {text.digest for text in self.texts.values()}


@lru_cache(maxsize=4)
def load_purposes(folder: Path | None = None) -> Purposes:
    """Raises ContentError with file, line and remedy."""
    return load_model((folder or content_dir() / "purposes") / "purposes.yaml", Purposes)


@lru_cache(maxsize=4)
def load_consents(folder: Path | None = None) -> dict[str, Consent]:
    """Purpose → how consent to it is asked: `consent.yaml`, and `consent_<purpose>.yaml` for the others, which word the
    categories alike, or ask by channel."""
    base = folder or content_dir() / "purposes"
    main = load_model(base / "consent.yaml", Consent)
    found = {main.purpose: main}
    for path in sorted(base.glob("consent_*.yaml")):
        data = parse_yaml(text_of(path), name=path.name)
        for language, text in (data.get("texts") or {}).items():
            if language in main.texts and "channels" not in text:
                text.setdefault("categories", main.texts[language].categories)
        other = load_model(path, Consent, data=data)
        found[other.purpose] = other
    for name, consent in found.items():
        known = load_purposes(folder).get(name)
        if known is None or known.consent_of != name or known.by != consent.by:
            raise ContentError(f"no consent is asked for the purpose {name!r} by {consent.by}", where="purposes.yaml")
    return found
