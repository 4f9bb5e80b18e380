"""The copy of everything held about a person (GDPR, art. 15 and 20): one zip, made on the fly.

    copy.py      passes the door, and gives the zip piece by piece
    copied.py    what the door let through, and how its parts are called
    contents.py  what the zip holds: names and bytes of each document
    fhir.py      a FHIR R4 Bundle of facts, answers, consents, log and files
    page.py      the same as one page to read
"""
