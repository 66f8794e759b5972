"""Whatever is found: more doubt never makes a verdict, and a unit never changes one."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import line, small_story

from geo.claims import weigh
from geo.findings import Finding
from geo.terms import Term
from geo.words import UNIT_M
from layers.story_page import Told, tell

POINTS = [(-172.0 - 0.05 * i, 59.0) for i in range(20)]
SAID_M = (20_000.0, 60_000.0, 113_000.0, 140_000.0)
length = st.one_of(st.just(0.0), st.floats(0, 250_000))


def claims() -> list[dict[str, object]]:
    told: list[dict[str, object]] = [
        {"id": f"within-{said:.0f}-{unit.lower()}{'-about' * about}", "kind": "came_within",
         "of": "airspace:USA", "value": said / m, "units": [unit], "about": about}
        for said in SAID_M for unit, m in UNIT_M.items() for about in (False, True)
    ]  # fmt: skip
    told += [
        {"id": f"both-{said:.0f}", "kind": "came_within", "of": "airspace:USA",
         "value": said / 1852, "units": ["NM", "mi"]}
        for said in SAID_M
    ]  # fmt: skip
    told += [{"id": k, "kind": k, "of": "airspace:USA"} for k in ("stayed_outside", "entered")]
    told += [{"id": "left-after", "kind": "left_after", "of": "airspace:USA", "value": 20}]
    for claim in told:
        claim["id"] = str(claim["id"]).replace("_", "-")
    return told


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    track = line(POINTS, [float(i) for i in range(20)], callsign="SEEN1")
    return tell(small_story(tmp_path_factory.mktemp("story"), track, claims()))


def verdicts(told: Told, found: Finding) -> dict[str, str]:
    """Return the verdicts if this is what was found."""
    others = [f for f in told.findings if f.zone != found.zone]
    findings = dataclasses.replace(told.findings, findings=(*others, found))
    return {v.claim.id: v.verdict for v in weigh(told.story, findings, told.measured)}


def found(told: Told, signed_m: float, terms: Sequence[Term], inside_s: float) -> Finding:
    """Return the finding of the flight, had it been this far off, or as deep."""
    first = next(f for f in told.findings if f.zone == "airspace:USA")
    return dataclasses.replace(
        first,
        distance_m=max(0.0, signed_m),
        depth_m=max(0.0, -signed_m),
        low_m=max(0.0, signed_m - sum(t.low_m for t in terms)),
        high_m=max(0.0, signed_m + sum(t.high_m for t in terms)),
        terms=tuple(terms),
        doubt=tuple(t.words for t in terms if t.name == "gap"),
        inside_s=inside_s if signed_m < 0 else 0.0,
    )


def term(name: str) -> st.SearchStrategy[Term]:
    high = st.just(0.0) if name == "gap" else length
    return st.builds(Term, st.just(name), length, high, st.just(f"a {name} of some kind"))


doubts = st.tuples(
    *(st.one_of(st.none(), term(n)) for n in ("border", "law", "fix", "between", "gap"))
)


@given(st.floats(-100_000, 250_000), doubts, doubts, st.floats(0, 4000))
def test_more_doubt_never_turns_cannot_be_told_into_a_verdict(
    told: Told, signed_m: float, some: tuple[Term | None, ...], more: tuple[Term | None, ...], s
):
    few = [t for t in some if t is not None]
    sharp = verdicts(told, found(told, signed_m, few, s))
    vague = verdicts(told, found(told, signed_m, few + [t for t in more if t is not None], s))

    assert set(sharp) == set(vague)
    for claim, word in vague.items():
        assert word in {sharp[claim], "cannot be told"}, claim


@given(st.floats(-100_000, 250_000), doubts)
def test_a_unit_never_changes_a_verdict(told: Told, signed_m: float, some: tuple[Term | None, ...]):
    words = verdicts(told, found(told, signed_m, [t for t in some if t is not None], 0.0))

    for said in SAID_M:
        for about in ("", "-about"):
            same = {words[f"within-{said:.0f}-{unit.lower()}{about}"] for unit in UNIT_M}
            assert len(same) == 1


@given(st.floats(-100_000, 250_000), doubts)
def test_what_is_outside_for_sure_never_entered_and_the_other_way_round(told: Told, signed_m, some):
    words = verdicts(told, found(told, signed_m, [t for t in some if t is not None], 0.0))
    opposite = {
        "supported": "contradicted",
        "contradicted": "supported",
        "cannot be told": "cannot be told",
    }

    assert words["entered"] == opposite[words["stayed-outside"]]
