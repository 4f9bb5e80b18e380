"""Jalon: from a shared health record to an explained prevention plan."""

__version__ = "0.1.0"
