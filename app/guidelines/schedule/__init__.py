"""When is the action due? One file a kind of schedule; `when.py` chooses among them."""
