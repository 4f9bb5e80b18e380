"""Laboratory results explained: plain words, the value on its range, its course over the years, and what to do."""
