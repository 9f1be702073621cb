"""What Pintu decides, without input, output or a clock of its own."""
