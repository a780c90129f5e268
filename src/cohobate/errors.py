"""The few exceptions that Cohobate raises on purpose.

Each carries one sentence for a person: the value that was met, the rule it broke, the remedy. The command line turns
them into that sentence and an exit status; nothing else catches them.
"""


class CohobateError(Exception):
    """Anything Cohobate refuses or cannot finish; the message is one clear sentence."""

    exit_status = 1


class WrongUse(CohobateError):
    """What was asked for cannot be: an unknown task, an impossible size, a question that does not parse."""

    exit_status = 2


class RunProblem(CohobateError):
    """A run's or a server's folder is missing, foreign, locked by another process, of another version, or damaged."""

    exit_status = 2


class Refused(CohobateError):
    """An act that the rules of a room do not allow; the sentence says why."""

    exit_status = 2


class StorageProblem(CohobateError):
    """Something could not be written or read back: a full disk, a folder that may not be written."""

    exit_status = 1


class BudgetSpent(CohobateError):
    """The time or the steps allowed were used up before the target was reached."""

    exit_status = 3


class TrustLost(CohobateError):
    """What is certified of an assistant has fallen below the trust asked for."""

    exit_status = 4
