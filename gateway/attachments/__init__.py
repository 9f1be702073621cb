"""Files that come with complaints: received, checked, kept, and given out by links that end."""
