from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.editions.ordering import FIRST, Layout, Standing, layout
from service.newsroom.rules import KINDS, SECTIONS

PLACES = [FIRST, "latest-investigation", "featured", "analysis", "briefs", "organization"]


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=9))
    empty = layout([Standing(id, kind, FIRST) for id, kind in enumerate(kinds)], SECTIONS)
    fits = [[name for name in PLACES if empty.may_stand(id, name)] for id in range(len(kinds))]
    told = [Standing(id, kind, draw(st.sampled_from(fits[id]))) for id, kind in enumerate(kinds)]
    return layout(told, SECTIONS)


def order(one: Layout) -> list[int]:
    return [id for ids in one.rows.values() for id in ids]


@given(layouts(), st.data())
def test_a_step_moves_one_story_past_at_most_one_and_loses_none(before: Layout, data: st.DataObject) -> None:
    id, up = data.draw(st.sampled_from(order(before))), data.draw(st.booleans())
    after = before.up(id) if up else before.down(id)
    if after is None:
        return
    assert sorted(order(after)) == sorted(order(before))
    assert [one for one in order(after) if one != id] == [one for one in order(before) if one != id]
    assert after.may_stand(id, after.section_of(id))


@given(layouts(), st.data())
def test_with_steps_alone_any_story_gets_to_the_very_top(one: Layout, data: st.DataObject) -> None:
    id = data.draw(st.sampled_from(order(one)))
    while (further := one.up(id)) is not None:
        one = further
    assert order(one)[0] == id


def test_past_its_sections_end_a_story_goes_where_its_kind_may_stand() -> None:
    told = [Standing(1, "investigation", "latest-investigation"), Standing(2, "brief", "briefs")]
    one = layout([*told, Standing(3, "organization", "organization")], SECTIONS)
    featured = one.up(2)
    assert featured
    assert featured.section_of(2) == "featured"
    pinned = featured.up(2)
    assert pinned
    assert pinned.rows[FIRST] == [2]
    assert pinned.up(2) is None
    assert one.down(2) is None


def test_a_story_is_put_before_another_or_at_the_end() -> None:
    one = layout([Standing(id, "brief", "briefs") for id in (1, 2, 3)], SECTIONS)
    assert one.put(3, "briefs", 1).rows["briefs"] == [3, 1, 2]
    assert one.put(1, "briefs").rows["briefs"] == [2, 3, 1]
    assert one.put(1, FIRST, 99).rows[FIRST] == [1]
