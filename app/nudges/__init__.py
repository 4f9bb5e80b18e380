"""Reminders: what is said, by which way, when, and how it leaves. Nothing here knows who anybody is."""
