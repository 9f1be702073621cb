"""What the desk and the counter do: look cases up, assign, dismiss, send again."""
