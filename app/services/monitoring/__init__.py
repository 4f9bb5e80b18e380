"""Post-market monitoring: what is answered, decided and found, month after month, as aggregates."""
