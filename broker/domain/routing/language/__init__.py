"""Reading what people write: words, spellings, phrases of the rules, and places elsewhere."""
