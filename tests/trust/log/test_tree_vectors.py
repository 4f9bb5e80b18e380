"""The tree against the well-known eight inputs (RFC 6962 vectors, recomputed), and our verifiers against proofs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from app.trust.log.tree import consistency_ranges
from app.trust.log.verify import EMPTY_ROOT, Checkpoint, continues, includes, leaf_hash

INPUTS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
)]  # fmt: skip
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def tree(inputs: list[bytes]) -> InmemoryTree:
    made = InmemoryTree(algorithm="sha256")
    for data in inputs:
        made.append_entry(data)
    return made


def state(inputs: list[bytes], size: int) -> Checkpoint:
    return Checkpoint("log.example", size, tree(inputs).get_root(size))


@pytest.mark.parametrize("size", ROOTS)
def test_roots(size: int) -> None:
    assert state(INPUTS, size).root.hex() == ROOTS[size]
    assert EMPTY_ROOT.hex() == ROOTS[0]


def test_the_inclusion_vector() -> None:
    proof = list(tree(INPUTS).prove_inclusion(6, 8).path[1:])
    assert [one.hex()[:16] for one in proof] == ["bc1a0643b12e4d2d", "ca854ea128ed050b", "d37ee418976dd957"]
    assert includes(state(INPUTS, 8), 5, leaf_hash(INPUTS[5]), proof)


@pytest.mark.parametrize(("old", "new", "proof"), [
    (6, 8, ["0ebc5d3437fbe2db", "ca854ea128ed050b", "d37ee418976dd957"]),
    (3, 7, ["0298d122906dcfc1", "07506a85fd9dd2f1", "fac54203e7cc696c", "837dbb152e9b0790"]),
    (4, 7, ["837dbb152e9b0790"]),
    (7, 7, []),
])  # fmt: skip
def test_the_consistency_vectors(old: int, new: int, proof: list[str]) -> None:
    hashes = [tree(INPUTS)._get_root(*pair) for pair in consistency_ranges(old, new)]
    assert [one.hex()[:16] for one in hashes] == proof
    assert continues(state(INPUTS, old), state(INPUTS, new), hashes)


@given(st.integers(1, 60), st.integers(1, 60))
def test_every_state_continues_the_former_ones(one: int, other: int) -> None:
    old, new = sorted((one, other))
    inputs = [str(n).encode() for n in range(new)]
    hashes = [tree(inputs)._get_root(*pair) for pair in consistency_ranges(old, new)]
    assert continues(state(inputs, old), state(inputs, new), hashes)
    if old < new:
        assert not continues(state([b"x", *inputs], old), state(inputs, new), hashes)


@given(st.integers(1, 40), st.data())
def test_every_inclusion_holds_and_no_other(size: int, data: st.DataObject) -> None:
    inputs = [str(n).encode() for n in range(size)]
    index = data.draw(st.integers(0, size - 1))
    proof = list(tree(inputs).prove_inclusion(index + 1, size).path[1:])
    checkpoint, leaf = state(inputs, size), leaf_hash(inputs[index])
    assert includes(checkpoint, index, leaf, proof)
    assert not includes(checkpoint, size, leaf, proof)
    assert not includes(checkpoint, index, leaf, [*proof, leaf])
    assert not includes(checkpoint, index, leaf_hash(b"other"), proof)
    if proof:
        assert not includes(checkpoint, index, leaf, proof[:-1])
        other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index))
        assert not includes(checkpoint, other, leaf, proof)
