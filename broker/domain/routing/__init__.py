"""From a complaint to the agency that is answerable: pure, no file, no clock, no socket.

`rules.py` holds the frozen rules, `decision.py` decides. The way through the modules:
`text` (characters to words) → `vocabulary` (words to known words) → `matcher` (one pass over
all phrases and names) → `gazetteer` (where) and `scoring` (what about) → `decision` (who).
"""
