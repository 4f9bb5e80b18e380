"""Who may do what with whose data, why, and the trace of it.

door.py         the one door: decide, check consent, write the log, in one transaction; gives a Grant
rules.py        the decision itself, a pure function
purposes.py     the closed list of purposes (content/purposes) and the text of consent
vocabulary.py   the closed words of the log: tags, outcomes, roles
audit.py        the append-only log
consents.py     what people allowed, and its history
health.py       health data: every function asks for a Grant
visible.py      what of a fact sheet the granted categories let through
identity.py     is this record about the person who is signed in?
sessions.py     sign-in sessions
people.py       accounts
repeats.py      writes sent twice
batches.py      the thread on which transactions run, several requests in one
"""
