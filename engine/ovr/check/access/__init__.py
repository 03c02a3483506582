"""Who may do what: read off the base and the result, compared, and said in the user's words."""
