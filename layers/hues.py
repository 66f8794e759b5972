"""Which hue a state's things have on a map: neighbours never share one.

There are four, as many as the eyes of readers and quiet belts allow. They were handed out once by
`handed_out`, and stand here so that a state looks the same on every map: ``python -m layers.hues``
prints them anew.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Final

__all__ = ["HUES", "STATE_HUES", "hue_of", "neighbours"]

HUES: Final = 4
FIRST: Final = {"USA": 0, "RUS": 1, "JPN": 2, "CAN": 3}  # those of the first story
HANDED_OUT: Final = (
    "ARG ASM BGD BLM BMU BRN CCK CHN COD CRI CYM CZE DJI EST FRA GHA GIB GIN GLP GNQ GTM GUF "
    "GUM ISL JOR KEN KHM KWT LIE LTU MAC MDV MKD MNE MOZ MRT MTQ MYT NAM NCL NER OMN PER PLW "
    "PYF QAT SDN SGP SPM SVN SWE TCA TLS TUN TUR UKR USA UZB VEN",
    "ABW AGO AND ARM AUS AUT BEN BLZ BOL BTN CIV CMR CUB DNK DOM ECU ESH FJI FLK FSM GBR GRC "
    "GRD GRL GUY HKG HMD HRV IOT KGZ KIR KOR LBN LBY LCA LSO LUX MAR MCO MSR MWI NIC NLD PAK "
    "PCN PHL PSE REU ROU RUS RWA SAU SEN SOM SSD SXM SYC THA TKM URY VAT VGB WSM XKX ZWE",
    "AIA ALB ATG BDI BEL BES BFA BGR BHR BHS BIH BRA BRB CAF CHE CHL COM DZA EGY ETH GAB GEO "
    "GGY GNB HND HUN IDN IRL IRN JAM JPN LKA LVA MDG MHL MLT MMR MNG MUS NFK NGA NOR NPL PAN "
    "POL PRT SGS SJM SLB SLE SMR SYR TJK TKL TON TUV UGA VCT VIR VNM YEM ZAF ZMB",
    "AFG ALA ARE ATF AZE BLR BVT BWA CAN COG COK COL CPV CUW CXR CYP DEU DMA ERI ESP FIN FRO "
    "GMB HTI IMN IND IRQ ISR ITA JEY KAZ KNA LAO LBR MAF MDA MEX MLI MNP MYS NIU NRU NZL PNG "
    "PRI PRK PRY SHN SLV SRB STP SUR SVK SWZ TCD TGO TTO TWN TZA VUT WLF",
)
STATE_HUES: Final = {
    state: hue for hue, states in enumerate(HANDED_OUT) for state in states.split()
}

NEAR_DEG: Final = 6.0
TOUCHING_DEG: Final = 0.05
GRAIN_DEG: Final = 0.02  # to which the shapes are simplified, finer than what counts as touching
PART_OF: Final = 0.5  # of an area: what lies in another's for more is a part of that state
TOUCHING_COSTS: Final = 1000.0
HOTTEST: Final = 60.0
COLDEST: Final = 0.005
COOLING: Final = 0.98
SEEDS: Final = range(24)


def hue_of(state: str) -> int:
    """Return the number of the hue that a state's things have on the map.

    What is no state, such as a zone of a file, has one by its letters.

    >>> hue_of("USA"), hue_of("RUS")
    (0, 1)
    """
    if state in STATE_HUES:
        return STATE_HUES[state]
    return sum(ord(c) for c in state) % HUES


def neighbours() -> Iterator[tuple[str, str, float]]:
    """Yield pairs of states whose airspaces lie near each other, and how far apart, in degrees.

    Degrees do for this: nothing is measured, and who touches whom is the same in any unit. Left
    out are airspaces of which one is a part of the other, as those of dependencies are.
    """
    import numpy as np
    import shapely
    from shapely.affinity import translate

    from geo.catalogue import zones

    airspaces = zones("airspace")
    states = [z.id.partition(":")[2] for z in airspaces]
    whole = [shapely.simplify(z.geometry, GRAIN_DEG).buffer(0) for z in airspaces]
    parts, owner = [], []
    for number, area in enumerate(whole):
        for part in shapely.get_parts(area):
            for turn in (-360.0, 0.0, 360.0):
                moved = translate(part, turn)
                if moved.bounds[2] >= -190 and moved.bounds[0] <= 190:
                    parts.append(moved)
                    owner.append(number)
    shapes, own = np.array(parts), np.array(owner)
    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=NEAR_DEG)
    one = own[a] < own[b]
    a, b = a[one], b[one]
    apart: dict[tuple[int, int], float] = {}
    for i, j, deg in zip(own[a], own[b], shapely.distance(shapes[a], shapes[b]), strict=True):
        apart[i, j] = min(float(deg), apart.get((i, j), math.inf))
    for (i, j), deg in sorted(apart.items()):
        if deg == 0:
            shared = whole[i].intersection(whole[j]).area
            if shared > PART_OF * min(whole[i].area, whole[j].area):
                continue
        yield states[i], states[j], deg


def handed_out() -> dict[str, int]:
    """Return a hue for each state: none that a neighbour has, and few that are seen nearby.

    By simulated annealing: what touches must not share a hue, what lies near should not.
    """
    from geo.catalogue import zones

    costs: dict[str, list[tuple[str, float]]] = {
        z.id.partition(":")[2]: [] for z in zones("airspace")
    }
    for one, other, deg in neighbours():
        cost = TOUCHING_COSTS if deg < TOUCHING_DEG else 2 * math.exp(-deg / 1.5)
        costs[one].append((other, cost))
        costs[other].append((one, cost))
    states = sorted(costs)
    free = [s for s in states if s not in FIRST]

    def cost_of(state: str, hue: int) -> float:
        return sum(cost for other, cost in costs[state] if hues[other] == hue)

    best, least = {}, math.inf
    for seed in SEEDS:
        chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
        hues = {s: chance.randrange(HUES) for s in states} | FIRST
        heat = HOTTEST
        while heat > COLDEST:
            for _ in range(HUES * len(free)):
                state, hue = chance.choice(free), chance.randrange(HUES)
                more = cost_of(state, hue) - cost_of(state, hues[state])
                if more <= 0 or chance.random() < math.exp(-more / heat):
                    hues[state] = hue
            heat *= COOLING
        total = sum(cost_of(s, hues[s]) for s in states)
        if total < least:
            best, least = dict(hues), total
    return best


if __name__ == "__main__":
    found = handed_out()
    for number in range(HUES):
        print(number, *sorted(s for s, hue in found.items() if hue == number))
