"""The log as a Merkle tree (RFC 6962, RFC 9162 §2) with signed checkpoints (C2SP tlog-checkpoint, signed-note v1).

`app.trust.audit` writes entries; this package makes them provable: `tree` computes over our tables, `checkpoints`
integrates what was committed and signs, `bundle` gives a citizen their entries with proofs, `verify` and `note` check
them offline with the public key alone, and `check` holds the whole database against its own checkpoints.
"""
