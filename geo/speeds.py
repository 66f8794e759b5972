"""How fast a flight may have been where nobody saw it, and how hard it may have turned.

What is assumed is told with the answer: the user's word first, then the type, then the default. A
track that was itself seen to fly faster is allowed a tenth more than that, whatever its type; the
user's word is taken as it is, but for what was seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from geo.limits import Limits
from geo.track import Track
from geo.units import KNOT

__all__ = [
    "GREATEST_SPEED_MPS",
    "Speed",
    "greatest_speed",
    "greatest_speed_mps",
    "hardest_turn_mps2",
    "limits_for",
]

# Over the ground, where no type is known: what cleaning takes for possible too, and why.
GREATEST_SPEED_MPS: Final = Limits().greatest_speed_mps
# The fastest type listed, the MiG-31, is told to reach 3,100 km/h (861 m/s).
SUPERSONIC_MPS: Final = 900.0
# Never-exceed speeds of those listed are below 180 kt (93 m/s); the rest is for the wind.
SLOW_MPS: Final = 150.0

# ICAO type designators (Doc 8643) of aircraft that can fly faster than sound …
SUPERSONIC: Final = frozenset(
    {
        "B1", "CONC", "EUFI", "F104", "F14", "F15", "F16", "F18", "F18H", "F18S", "F22", "F35",
        "F4", "F5", "GRIP", "J10", "J20", "MG21", "MG23", "MG25", "MG29", "MG31", "MRF1", "MIR2",
        "RFAL", "SB37", "SU15", "SU24", "SU27", "SU30", "SU34", "SU35", "SU57", "T160", "T38",
        "TOR", "T22M", "TU22",
    }
)  # fmt: skip
# … and of light aircraft and helicopters that cannot fly fast.
SLOW: Final = frozenset(
    {
        "A109", "AS50", "B06", "C150", "C152", "C172", "C182", "DR40", "DV20", "EC20", "EC30",
        "EC35", "EC45", "P28A", "R22", "R44", "R66",
    }
)  # fmt: skip

# A level turn pulls g times the tangent of the bank sideways. Airliners and bombers bank by 30° at
# most, light aircraft and helicopters by 60° before it is called aerobatics (14 CFR 91.307).
TURN_MPS2: Final = 5.7
SLOW_TURN_MPS2: Final = 17.0
FIGHTER_TURN_MPS2: Final = 90.0  # 9 g, what fighters are built for
LEAST_STEP_S: Final = 10.0  # in less, a fix error of 300 m makes 30 m/s and more of its own


@dataclass(frozen=True)
class Speed:
    """A speed over the ground, and why it is taken to be the greatest."""

    mps: float
    why: str

    @property
    def words(self) -> str:
        """The speed in metres a second and in knots, and why.

        >>> Speed(400.0, "the default").words
        'at up to 400 m/s (778 kt): the default'
        """
        return f"at up to {self.mps:.0f} m/s ({self.mps / KNOT:.0f} kt): {self.why}"


def _type(track: Track) -> str:
    return str(track.about.get("type") or "").upper()


def limits_for(type_: object, limits: Limits) -> Limits:
    """Return the thresholds of cleaning for a type of aircraft: some fly faster than the default.

    What the user has set stays.
    """
    if str(type_ or "").upper() in SUPERSONIC and "greatest_speed_mps" not in limits.changed():
        return replace(limits, greatest_speed_mps=SUPERSONIC_MPS)
    return limits


def greatest_speed_mps(track: Track) -> float:
    """Return the greatest speed that the flight is believed to have had, metres a second."""
    return greatest_speed(track).mps


def greatest_speed(track: Track) -> Speed:
    """Return the greatest speed that the flight is believed to have had, and why."""
    seen_mps = _seen_mps(track)
    if track.told_speed_mps is not None:
        if seen_mps > track.told_speed_mps:
            return Speed(seen_mps, "it was seen to fly so fast, faster than was told")
        return Speed(track.told_speed_mps, "as was told")
    assumed = Speed(GREATEST_SPEED_MPS, "what cleaning takes for possible")
    if _type(track) in SUPERSONIC:
        assumed = Speed(SUPERSONIC_MPS, f"its type, {_type(track)}, can fly faster than sound")
    elif _type(track) in SLOW:
        assumed = Speed(SLOW_MPS, f"its type, {_type(track)}, cannot fly faster")
    if 1.1 * seen_mps > assumed.mps:
        return Speed(1.1 * seen_mps, "a tenth more than it was seen to fly")
    return assumed


def _seen_mps(track: Track) -> float:
    """Return the greatest speed that a track shows, metres a second; 0 where it shows none."""
    if track.time_s is None or len(track) < 2:
        return 0.0
    dt = np.diff(track.time_s)
    long = (dt >= LEAST_STEP_S) & ~track.is_gap
    return float((track.leg_m[long] / dt[long]).max()) if long.any() else 0.0


def hardest_turn_mps2(track: Track) -> float:
    """Return the greatest acceleration that the flight is believed to have had, m/s²."""
    if _type(track) in SUPERSONIC:
        return FIGHTER_TURN_MPS2
    return SLOW_TURN_MPS2 if _type(track) in SLOW else TURN_MPS2
