"""Works and their drafts, what is said of them, the ledger in which they are registered, and the board."""
