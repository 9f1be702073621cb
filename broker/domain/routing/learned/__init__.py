"""Deciding by what was learned from a tenant's history: pure, integers until the very end.

`features` (text to n-grams, the same for learning and deciding) → `model` (n-grams to scores of
classes) → `calibration` (scores to confidences) → `deciding` (classes to agencies, with reasons).
"""
