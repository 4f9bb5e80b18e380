"""Invented people for whole-population work: a synthetic French population in the columns that guidelines read.

`parameters` reads what is published (or assumed) from `content/population`; `crowd` draws who people are, `states`,
`numbers`, `acts`, `doses`, `relatives` and `pregnancy` what their records say, as dated statements (`said`);
`reduced` and `derived` make fact columns of them by the vocabulary's own reductions, `fhir` a bundle of one person.
`generate.Generator` puts the parts together, `write` streams Parquet files.

Nobody of them exists: files say so in their metadata, people are called TEST-….
"""
