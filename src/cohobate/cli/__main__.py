"""`python -m cohobate.cli`, where the command itself is not on the path."""

import sys

from cohobate.cli import main

sys.exit(main())
