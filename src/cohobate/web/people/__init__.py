"""Who is there: people, the links that bring them in, and what each may do."""
