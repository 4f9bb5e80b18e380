"""From the expressions of a pack to a circuit that engines compute fast.

What `app.population.compiled` says in Ibis is three-valued and says the same thing many times over. Here it becomes a
graph in which each thing stands once (`nodes`), truth is two plain Booleans (surely true, surely false: `lowering`),
comparisons stand on the columns of the file, and what a file or a band of people makes constant is folded away.
What is read of lists is set apart for those who have one (`lists`, `apart`). `program` makes steps of it, which `bits`,
`elements` and `parts` run on batches of people.
"""
