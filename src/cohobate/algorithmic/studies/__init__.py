"""Studies: many trainings that answer one question, with the theory they are compared with.

A study's cells are written one by one as they end, so that it can be interrupted and gone on with.
"""
