"""Research by people: workshops, the rooms they are run in, and how well they were facilitated. Pure Python, no web."""
