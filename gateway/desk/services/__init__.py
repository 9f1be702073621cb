"""New services: what the desk assigns again and again and the rules do not know."""
