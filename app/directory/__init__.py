"""Open directories of places of care: reading their files, and finding what is near."""
