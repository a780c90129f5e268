"""The version of Cohobate, written down once: the build reads it here, and every run records it."""

__version__ = "0.1.0"
