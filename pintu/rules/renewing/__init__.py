"""Learning anew: a candidate is learned, compared with the rules in force, and chosen or not."""
