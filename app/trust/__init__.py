"""Identity, purposes, consent, the one door to health data, and the audit log."""
