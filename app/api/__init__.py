"""The HTTP service. It holds no rule: it reads requests, calls `app.services`, and writes answers and
problems.

    app.py        the application: `create_app(settings)`
    server.py     `serve(host, port, demo)`, for the command line
    me.py         /v1/me/…, what a citizen does
    items.py      /v1/me/plan/items/…, what a citizen does about one item of the plan
    demo.py       /v1/demo/…, signing in as a sample person
    public.py     /healthz, /readyz, /v1/transparency/…, /problems/…
    caller.py     who is calling, in which language
    bodies.py     request bodies, within bounds
    answers.py    answers with entity tags
    problems.py   errors as problem details (RFC 9457); problem_texts.py has their words
    guard.py      bounds, security headers, and the last net under every request
    openapi.py    `python -m app.api.openapi` writes openapi/jalon.yaml
"""
