"""What a citizen can do, once for the API and the pages: each function passes the door and gives plain
results.

    services.py     everything a process needs, opened once (`open_services(settings)`)
    records.py      send a record file
    answers.py      answer the plan's questions
    facts.py        the facts
    plans.py        the plan and its explanations
    decisions.py    "not now", "not for me", "already done", calendar events
    consents.py     what is allowed, and changing it
    access_log.py   who looked at what
    demo.py         sample people and their sign-in

They take `(services, who, …)` where `who` is `app.trust.door.SignedIn(token_hash)`, and raise errors of
`app.errors` (`NotSignedIn`, `Refused`, `RecordError`, `UsageError`…). They know nothing of HTTP.
"""
