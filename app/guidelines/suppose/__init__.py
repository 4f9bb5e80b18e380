"""What if an answer were another one? From the thresholds of the criteria, by evaluating the same person again."""
