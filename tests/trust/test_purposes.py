"""The closed list of purposes, and the words of consent."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.content import content_dir
from app.errors import ContentError
from app.trust.purposes import ALWAYS_REFUSED, ConsentText, Purposes, load_consents, load_purposes
from app.trust.vocabulary import CATEGORIES


def test_the_file_is_read_and_every_purpose_says_who_why_and_on_which_basis() -> None:
    purposes = load_purposes()
    assert {"own_prevention", "own_rights"} <= {item.id for item in purposes.purposes}
    for item in purposes.purposes:
        assert item.who
        assert item.words
        assert item.legal_basis_words
    assert all(purposes.is_refused(name) for name in ALWAYS_REFUSED)


@pytest.mark.parametrize("name", sorted(ALWAYS_REFUSED))
def test_no_content_file_can_open_what_is_always_refused(name: str) -> None:
    data = load_purposes().model_dump()
    opened = dict(data["purposes"][0], id=name)
    with pytest.raises(ValidationError, match="stands twice"):
        Purposes.model_validate(data | {"purposes": [*data["purposes"], opened]})
    without = [item for item in data["refused"] if item["id"] != name]
    with pytest.raises(ValidationError, match="must stay"):
        Purposes.model_validate({"purposes": [*data["purposes"], opened], "refused": without})
    assert load_purposes().is_refused(name)


def test_consent_names_every_category_in_each_language() -> None:
    for text in load_consents()["own_prevention"].texts.values():
        assert set(text.categories) == set(CATEGORIES)


def test_a_text_without_a_category_is_refused() -> None:
    data = load_consents()["own_prevention"].texts["fr"].model_dump()
    data["categories"].pop("family")
    with pytest.raises(ValidationError, match="must name each"):
        ConsentText.model_validate(data)


def test_any_change_of_a_word_is_another_text() -> None:
    text = load_consents()["own_prevention"].texts["fr"]
    digests = {text.digest, text.model_copy(update={"title": text.title + " "}).digest}
    digests.add(text.model_copy(update={"body": [*text.body[:-1], text.body[-1] + "."]}).digest)
    digests.add(text.model_copy(update={"categories": text.categories | {"family": "Famille"}}).digest)
    assert len(digests) == 4


def test_channels_are_named_all_and_never_beside_categories() -> None:
    data = load_consents()["reminders"].texts["fr"].model_dump()
    for changed in (
        {"channels": {"email": "Courriel"}},
        {"channels": data["channels"] | {"pigeon": "Pigeon"}},
        {"categories": load_consents()["own_prevention"].texts["fr"].categories},
    ):
        with pytest.raises(ValidationError, match="must name each"):
            ConsentText.model_validate(data | changed)


def test_a_file_that_asks_otherwise_than_the_purpose_says_is_refused(tmp_path: Path) -> None:
    for path in (content_dir() / "purposes").iterdir():
        shutil.copy(path, tmp_path)
    purposes = (tmp_path / "purposes.yaml").read_text(encoding="utf-8")
    (tmp_path / "purposes.yaml").write_text(purposes.replace("    by: channel\n", ""), encoding="utf-8")
    with pytest.raises(ContentError, match="'reminders' by channel"):
        load_consents(tmp_path)


def test_a_consent_that_was_given_before_channels_existed_still_holds() -> None:
    """The digest is that of the words shown and of nothing else: a new kind of choice must not ask everybody again."""
    text = load_consents()["own_prevention"].texts["fr"]
    words = {"title": text.title, "body": text.body, "categories": text.categories}
    dumped = json.dumps(words, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert text.digest == "sha256:" + hashlib.sha256(dumped.encode()).hexdigest()
