"""Reminders of this deployment: who has something to be reminded of, what leaves, and what became of it."""
