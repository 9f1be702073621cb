"""The page that a link in a mail opens: an agency reads one case, and answers it."""
