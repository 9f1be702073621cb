"""A citizen's pages: a form to file a complaint, and the look-up by tracking code and pin."""
