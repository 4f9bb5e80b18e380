"""Clinical decision support for the software of professionals (CDS Hooks 2.0): a patient's facts in, cards out.

Nothing here speaks HTTP or keeps anything: the caller sends the resources, and gets a few cards back.
"""
