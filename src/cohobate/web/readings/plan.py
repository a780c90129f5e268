"""Planning a test: how many readers, in which arms, for how long, and what could be found that way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cohobate.errors import WrongUse
from cohobate.practicum.reading.trial import Trial
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.readings import keeper
from cohobate.web.readings.access import parts_in, trial_for
from cohobate.web.readings.power import power_of
from cohobate.web.readings.views import attempt, page


class PlanForm(forms.Form):
    """What a plan needs. Shares are asked as parts of a hundred."""

    readers = forms.IntegerField(label="Readers", min_value=2, max_value=500, initial=12)
    spare = forms.IntegerField(
        label="Places beyond that",
        min_value=0,
        max_value=500,
        initial=2,
        help_text="Some stop half-way.",
    )
    minutes = forms.FloatField(
        label="Minutes for each text",
        min_value=0.5,
        max_value=120,
        initial=12,
        help_text="With its items. The same for the source and for your page.",
    )
    minutes_without = forms.FloatField(label="Minutes without a text", min_value=0.5, max_value=120, initial=6)
    source = forms.ChoiceField(
        label="Which texts are read",
        choices=[("yes", "source and page"), ("no", "the page only")],
        initial="yes",
    )
    baseline = forms.FloatField(
        label="Answered without the text, of 100",
        min_value=1,
        max_value=99,
        initial=40,
        help_text="What you expect; the power goes by it.",
    )
    effect = forms.FloatField(
        label="Help to be found, in points", min_value=1, max_value=99, initial=20, help_text="More answered, of 100."
    )

    def fields_of_act(self) -> dict[str, str]:
        """The fields of the act, shares as such."""
        given = self.cleaned_data
        shares = {name: str(given[name] / 100) for name in ("baseline", "effect")}
        return {name: str(value) for name, value in given.items()} | shares


@allowed("person", "GET", "POST")
def plan(request: HttpRequest, trial: str) -> HttpResponse:
    """The plan, its power before anything is settled, and what is registered."""
    row = trial_for(request.person, trial, "lead")
    state = keeper.trials.state(row.pk)
    context = page(row, state, parts_in(request.person, row))
    form = PlanForm(request.POST if request.method == "POST" else None, initial=_initial(state))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.fields_of_act()
            found, trouble = looked(state, given)
            context["power"] = found
            if not trouble and request.POST.get("do") == "settle":
                trouble = attempt(row, request.person, "plan", given | {"id": request.POST.get("id", "")}, found)
                if not trouble:
                    return redirect("trial-plan", row.pk)
            context["trouble"] = trouble
            status = 409 if trouble else 200
    elif state.plan:
        context["power"] = {"power": state.plan.power}
    return render(request, "readings/plan.html", context | {"form": form}, status=status)


def _initial(state: Trial) -> dict[str, Any]:
    if state.plan is None:
        return {}
    one = state.plan
    return {
        "readers": one.readers,
        "spare": one.spare,
        "minutes": one.minutes,
        "minutes_without": one.minutes_without,
        "source": "yes" if one.source else "no",
        "baseline": round(100 * one.baseline),
        "effect": round(100 * one.effect),
    }


def looked(state: Trial, given: dict[str, str]) -> tuple[dict[str, Any], str]:
    """The power of such a plan, and why there is none."""
    try:
        design = state.designed(0, given["source"] == "yes")
        power = power_of(design, int(given["readers"]), float(given["baseline"]), float(given["effect"]))
    except WrongUse as wrong:
        return {}, sentence_of(wrong)
    return {"power": power}, ""
