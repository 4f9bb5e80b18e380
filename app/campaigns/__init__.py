"""Campaigns of public-health teams: content that is checked before anyone is contacted, and what it would change.

A campaign (`content/campaigns/*.yaml`) says whom it is for in the criteria language of guidelines, what is written to
them, when, at what cost and with what capacity. `lint` checks its words, `simulate` what it would change.
"""
