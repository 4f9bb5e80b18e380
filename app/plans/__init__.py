"""Recommendations and risk estimates → an explained plan, in words."""
