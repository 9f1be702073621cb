"""Who may do what over HTTP: keys of portals, pins of reporters."""
