"""The guideline language (data) and its reference evaluator (facts, day, pack → recommendations with trace)."""
