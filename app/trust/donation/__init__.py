"""Donation of data to research and public interest: everybody is in after information and a delay, unless they oppose.

terms.py        the delay, the ages, the purposes and the text of information (content/donation)
projects.py     the public registry of projects (content/projects)
stance.py       what holds for a person now, of all that was recorded: a pure function
register.py     the register: choices, their receipts, what was shown when
external.py     opt-out lists of other registers
minimise.py     from facts to a row: declared columns, coarsened
pseudonyms.py   names of people in a project, by its own key
staging.py      rows and files on their way, sealed
exports.py      what left, who is in it, withdrawals
manifest.py     the proof that goes with an export, and its check
"""
