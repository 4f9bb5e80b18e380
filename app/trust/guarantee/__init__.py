"""The human guarantee: who sits on the board, which answers are read again, what the readings found."""
