"""Reader tests: items and plans, readers' sittings, raters, and what came of it."""
