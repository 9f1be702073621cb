"""What crosses the wire, one family a file."""
