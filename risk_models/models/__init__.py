"""The published models, one module each."""
