"""What each keeps in mind for themselves."""

from cohobate.web.people.models import Person
from cohobate.web.rooms.keeper import keeper

from .browsers import Somebody, opened
from .test_live import act


def test_what_somebody_keeps_in_mind_goes_with_them_and_is_nobody_elses(host):
    room = opened(host.person, seat="conjecturer")
    fay = Somebody(Person.objects.create(name="Fay"))
    keeper.join(room.pk, fay.person, "facilitator")
    act(host, room, "advance")
    act(host, room, "advance")
    act(fay, room, "write", thing="tracked", text="the flat with ten people in it")
    act(host, room, "advance")
    assert "the flat with ten people in it" in fay.see("room", room.pk)
    for view in ("room", "since", "record", "record-json", "record-markdown"):
        assert "the flat with ten" not in host.see(view, room.pk)
    assert "the flat with ten" in fay.see("record-markdown", room.pk)
