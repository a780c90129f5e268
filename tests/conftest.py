"""Settings for all tests."""

from hypothesis import settings

# Busy machines are slow now and then; what a test finds must not depend on that, nor on the day it runs.
settings.register_profile("cohobate", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("cohobate")
