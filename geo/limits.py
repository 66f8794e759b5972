"""What cleaning takes for possible: every threshold, with its reason, in one place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from geo.errors import TrackError

__all__ = ["Limits", "known_limits", "limits_of"]


@dataclass(frozen=True)
class Limits:
    """The thresholds of cleaning; the defaults suit airliners and bombers.

    Parameters
    ----------
    greatest_speed_mps
        Over the ground, metres a second. 778 kt: an airliner in the jet stream of record (February
        2024) made 725 kt over the ground. Raise it for supersonic flight.
    tick_s
        What a time may be off without anybody's fault, seconds: sources round to whole seconds,
        at both ends of a step.
    clock_error_s
        How far a receiver's clock may jump between two long stretches that both are the flight,
        seconds. In the real samples clocks jump by up to 20 s: five kilometres of an airliner.
    error_m
        What a good position may be off, metres.
    stale_s
        How much older than its row a position may be, seconds; readsb calls it stale after 20.
    standing_s, standing_m
        A position that is repeated for longer than this and is then found again within so many
        metres belongs to an aircraft that stood still; any other repetition is an old position.
    gap_s
        A longer silence parts two clusters of fixes, seconds.
    spike_fixes
        Fewer fixes than this are a spike; as many are a cluster, and kept apart as disbelieved.
    hover_mps, hover_height_m, hover_s, cruise_mps
        Nothing that elsewhere flies at ``cruise_mps`` flies slower than ``hover_mps`` above
        ``hover_height_m``: an airliner at FL250 stalls at about 200 kt true airspeed. A run shorter
        than ``hover_s`` says little about speed.
    leg_ground_s
        A longer stop on the ground ends a leg: a turnround, not a touch-and-go or a taxi queue.
    leg_gap_s
        Where there is no other sign of a landing: so long a silence may hide one, seconds.
    """

    greatest_speed_mps: float = 400.0
    tick_s: float = 2.0
    clock_error_s: float = 30.0
    error_m: float = 500.0
    stale_s: float = 20.0
    standing_s: float = 60.0
    standing_m: float = 1000.0
    gap_s: float = 320.0
    spike_fixes: int = 10
    hover_mps: float = 45.0
    hover_height_m: float = 7600.0
    hover_s: float = 60.0
    cruise_mps: float = 110.0
    leg_ground_s: float = 1800.0
    leg_gap_s: float = 7200.0

    def changed(self) -> dict[str, float]:
        """Return the thresholds that are not the defaults, by name."""
        usual = Limits()
        told = {f.name: getattr(self, f.name) for f in fields(self)}
        return {k: v for k, v in told.items() if v != getattr(usual, k)}


# The ending of a threshold's name is its unit.
_UNITS = {"mps": "m/s", "s": "s", "m": "m", "fixes": "fixes"}


def known_limits() -> dict[str, tuple[str, float]]:
    """Return the unit and the default of each threshold, by name.

    >>> known_limits()["gap_s"]
    ('s', 320.0)
    """
    return {f.name: (_UNITS[f.name.rsplit("_", 1)[-1]], f.default) for f in fields(Limits)}  # type: ignore[misc]


def limits_of(values: Mapping[str, float]) -> Limits:
    """Return the thresholds with some of them set, by name, the others at their defaults.

    Raises
    ------
    TrackError
        If there is no such threshold, or it cannot be so much.

    Examples
    --------
    >>> limits_of({"gap_s": 600}).gap_s
    600.0
    """
    known = known_limits()
    sound: dict[str, float] = {}
    for name, value in values.items():
        if name not in known:
            raise TrackError(f"There is no limit '{name}'. {_told()}")
        unit, default = known[name]
        number = float(value)
        if not (math.isfinite(number) and number >= 0):
            raise TrackError(
                f"The limit {name} cannot be {value}: it is a number of {unit} from 0 on, and"
                f" {default:g} by default."
            )
        if name == "spike_fixes" and number != int(number):
            raise TrackError(f"The limit spike_fixes cannot be {value}: fixes are whole.")
        sound[name] = int(number) if name == "spike_fixes" else number
    return Limits(**sound)  # type: ignore[arg-type]


def _told() -> str:
    told = ", ".join(f"{n} ({unit}, {d:g})" for n, (unit, d) in known_limits().items())
    return f"Those that there are, with unit and default: {told}."
