"""From a complaint to the agency that is answerable: pure, no file, no clock, no socket.

`rules.py` holds the frozen rules, `decision.py` decides. The way through the modules:
`language.text` (characters to words) → `language.vocabulary` (words to known words) →
`language.matcher` (one pass over all phrases and names) → `gazetteer` (where) and `scoring`
(what about) → `decision` (who).
"""
