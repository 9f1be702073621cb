"""How good the rules are: scored on labelled history, and compared with other rules."""
