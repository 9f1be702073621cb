"""The reference pages that are made from the program: ``python -m scripts.documents`` writes all.

A test compares each page in ``docs/reference/`` with what its maker gives.
"""
