"""``pintu demo``: the whole story on a private node, with complaints written for it."""
