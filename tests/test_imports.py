"""What importing Cohobate gives, and what it must not pull in."""

import subprocess
import sys

import pytest

import cohobate


def run(code: str) -> str:
    """What a fresh interpreter prints; this one has imported too much to tell."""
    path = f"import sys; sys.path[:0] = {[p for p in sys.path if p]!r}\n"
    return subprocess.run([sys.executable, "-c", path + code], capture_output=True, text=True, check=True).stdout


ROOMS = ("version", "vocabulary", "errors", "runs", "fidelity", "ledger", "loop")


def test_importing_the_kernel_pulls_in_neither_torch_nor_django_and_prints_nothing():
    rooms = "; ".join(f"import cohobate.{room}" for room in ROOMS)
    heavy = "{'torch', 'safetensors', 'django', 'altair', 'pydantic'}"
    assert run(f"import cohobate; {rooms}\nassert not {heavy} & set(sys.modules), set(sys.modules)") == ""


@pytest.mark.parametrize("name", cohobate.__all__)
def test_every_public_name_is_there(name):
    assert getattr(cohobate, name) is not None


def test_the_verb_fidelity_stays_the_verb_whatever_is_imported_of_the_subpackage():
    assert (
        run(
            "import cohobate.fidelity.intervals\n"
            "import cohobate, cohobate.fidelity, cohobate.fidelity.agreement\n"
            "from cohobate.fidelity import Estimate\n"
            "from cohobate.loop import fidelity\n"
            "assert cohobate.fidelity is fidelity\n"
            "same = lambda questions: questions\n"
            "print(cohobate.fidelity(same, same, [1, 2, 3, 4, 5, 6]) == Estimate.of(6, 6))"
        )
        == "True\n"
    )
