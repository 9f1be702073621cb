"""The reference agency: an example for those who write one, and the demonstration's."""
