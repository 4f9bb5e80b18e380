"""Who somebody is, on the word of an OpenID provider: the client of the authorization code flow, and what tokens must
hold to be believed. No account and no health data here: `app.services.signing_in` links what is learnt to a person.
"""
