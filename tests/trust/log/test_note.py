"""Signed notes and checkpoints: what is accepted, and everything else refused."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.trust.log.note import NoteError, SigningKey, VerifierKey, open_note
from app.trust.log.verify import Checkpoint, read_checkpoint

KEY = SigningKey("log.example/jalon", bytes(range(32)))
OTHER = SigningKey("log.example/jalon", bytes(32))
STATE = Checkpoint("log.example/jalon", 7, bytes(range(32)))
NOTE = KEY.sign(STATE.text())


def test_a_checkpoint_is_three_lines_a_blank_one_and_a_signature() -> None:
    lines = NOTE.split("\n")
    assert lines[:2] == ["log.example/jalon", "7"]
    assert base64.b64decode(lines[2]) == bytes(range(32))
    assert lines[3] == ""
    assert lines[4].startswith("— log.example/jalon ")
    assert read_checkpoint(NOTE, KEY.verifier) == STATE


def test_a_verifier_key_is_written_and_read() -> None:
    text = str(KEY.verifier)
    assert VerifierKey.parse(text) == KEY.verifier
    name, key_id, _ = text.split("+", 2)
    assert (name, len(key_id)) == ("log.example/jalon", 8)


@pytest.mark.parametrize("text", ["", "a+b", "a+00000000+AA==", str(KEY.verifier).replace("log", "lag"), "a b+1+c"])
def test_a_wrong_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(text)


def test_signatures_by_unknown_keys_are_ignored() -> None:
    stranger = SigningKey("witness.example", bytes(32)).sign(STATE.text()).rpartition("\n\n")[2]
    assert open_note(NOTE + stranger, KEY.verifier) == STATE.text()
    with pytest.raises(NoteError, match="not signed"):
        open_note(STATE.text() + "\n" + stranger, KEY.verifier)


def test_another_key_of_the_same_name_does_not_count() -> None:
    with pytest.raises(NoteError):
        read_checkpoint(OTHER.sign(STATE.text()), KEY.verifier)


def test_a_known_key_that_fails_rejects_the_note() -> None:
    with pytest.raises(NoteError, match="not that of the log's key"):
        open_note(NOTE.replace("\n7\n", "\n8\n"), KEY.verifier)


@pytest.mark.parametrize("text", [
    "log.example/jalon\n07\n" + base64.b64encode(bytes(32)).decode() + "\n",
    "log.example/jalon\n-1\n" + base64.b64encode(bytes(32)).decode() + "\n",
    "log.example/jalon\n٣\n" + base64.b64encode(bytes(32)).decode() + "\n",
    "log.example/jalon\n1\nAAAA\n", "log.example/jalon\n1\n!\n", "log.example/jalon\n1\n",
    "other.example\n1\n" + base64.b64encode(bytes(32)).decode() + "\n",
])  # fmt: skip
def test_signed_texts_that_are_no_checkpoints(text: str) -> None:
    with pytest.raises(NoteError):
        read_checkpoint(KEY.sign(text), KEY.verifier)


@given(st.data())
def test_a_note_with_one_character_changed_is_refused_or_says_the_same(data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(NOTE) - 1))
    character = data.draw(st.characters(codec="utf-8").filter(lambda c: c != NOTE[position]))
    changed = NOTE[:position] + character + NOTE[position + 1 :]
    with pytest.raises(NoteError):
        read_checkpoint(changed, KEY.verifier)


def test_the_key_is_not_printed() -> None:
    assert KEY.seed.hex() not in repr(KEY)
    assert "0001" not in repr(KEY)
