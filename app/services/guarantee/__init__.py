"""The human guarantee: a sample of answers each month, read again blind by two professionals."""
