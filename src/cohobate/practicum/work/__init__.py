"""Works: distillations, from the source that somebody chose to the page that readers are tested on.

A work is a fold over its events (`state`); what may be done, and by whom, is in `acts`. Neither knows a clock, the web,
or a draft's whole text: an event names a version by its SHA-256, and whoever stores versions has the text.
"""

from cohobate.practicum.work.acts import decide
from cohobate.practicum.work.parts import Comment, Hypothesis, Reply, SourceOf, Version, Writer
from cohobate.practicum.work.state import Work, fold

__all__ = ["Comment", "Hypothesis", "Reply", "SourceOf", "Version", "Work", "Writer", "decide", "fold"]
