"""Files of complaints, line by line, onto the intake."""
