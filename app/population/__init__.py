"""The same guidelines on a whole population: criteria and schedules as Ibis expressions over columns of reduced facts.

`columns` says which columns there are, `row` makes one person's from a fact sheet, `cells` reads them; `logic`,
`family`, `risks`, `schedules` and `doses` say in columns what `app.guidelines` says of one person, and `compiled` puts
a pack together. `circuits` makes one program of them (`circuit`), through which `batches` and `run` put files. The
one-person evaluator is the meaning: tests hold the two equal, for every guideline that ships.

`invitations` and `participation` make synthetic people, from published rates kept as content (`content/population`).
"""
