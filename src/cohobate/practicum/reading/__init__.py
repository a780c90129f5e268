"""Reader tests as people make, read, grade and finish them: the folds and the rules.

`trial` is the test, `sitting` one reader's way through it, and `grading` makes of both what `reader_test` analyses.
"""
