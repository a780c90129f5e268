"""Planning a test: how many readers, in which arms, for how long, and what could be found that way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cohobate.errors import WrongUse
from cohobate.fidelity.paired import FEWEST_READERS
from cohobate.practicum.reader_test import MOST
from cohobate.practicum.reading.trial import Trial
from cohobate.practicum.reading.trial_acts import MINUTES
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.readings import keeper
from cohobate.web.readings.access import parts_in, trial_for
from cohobate.web.readings.power import power_of
from cohobate.web.readings.views import attempt, page

SENTENCES = {
    "required": "This is missing; write a number.",
    "invalid": "This is no number; write one in figures.",
    "min_value": "%(show_value)s is less than %(limit_value)s, which is the least; write more.",
    "max_value": "%(show_value)s is more than %(limit_value)s, which is the most; write less.",
    "invalid_choice": "%(value)s is nothing to choose; take one of the list.",
}


class PlanForm(forms.Form):
    """What a plan needs. Shares are asked as parts of a hundred."""

    readers = forms.IntegerField(
        label="Readers", min_value=FEWEST_READERS, max_value=MOST, initial=12, error_messages=SENTENCES
    )
    spare = forms.IntegerField(
        label="Places beyond that",
        min_value=0,
        max_value=MOST,
        initial=2,
        help_text="Some stop half-way.",
        error_messages=SENTENCES,
    )
    minutes = forms.FloatField(
        label="Minutes for each text",
        min_value=MINUTES[0],
        max_value=MINUTES[1],
        initial=12,
        help_text="With its items. The same for the source and for your page.",
        error_messages=SENTENCES,
    )
    minutes_without = forms.FloatField(
        label="Minutes without a text",
        min_value=MINUTES[0],
        max_value=MINUTES[1],
        initial=6,
        error_messages=SENTENCES,
    )
    source = forms.ChoiceField(
        label="Which texts are read",
        choices=[("yes", "source and page"), ("no", "the page only")],
        initial="yes",
        error_messages=SENTENCES,
    )
    baseline = forms.FloatField(
        label="Answered without the text, of 100",
        min_value=1,
        max_value=98,
        initial=40,
        help_text="What you expect; the power goes by it.",
        error_messages=SENTENCES,
    )
    effect = forms.FloatField(
        label="Help to be found, in points",
        min_value=1,
        max_value=98,
        initial=20,
        help_text="More answered, of 100.",
        error_messages=SENTENCES,
    )

    def clean_effect(self) -> float:
        """Together with what is answered without the text it stays below all."""
        effect, baseline = float(self.cleaned_data["effect"]), float(self.cleaned_data.get("baseline") or 0)
        if baseline + effect > 99:
            raise forms.ValidationError(
                f"{baseline:g} of 100 without the text and {effect:g} points more are {baseline + effect:g}; both "
                "together are 99 at most, so write less."
            )
        return effect

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
