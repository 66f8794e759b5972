"""How far off a position may be: by what it says of itself, else by how it was made.

An ADS-B position comes with a Navigation Integrity Category (NIC), which stands for a containment
radius Rc, and a Navigation Accuracy Category (NACp), which stands for the radius that holds 95 % of
the errors (EPU). The radii are those of RTCA DO-260B, which ICAO Doc 9871 (*Technical Provisions
for Mode S Services and Extended Squitter*) has in its tables too; 14 CFR 91.227 asks for NACp 8 and
NIC 7. Rc is taken where it is known: it may fail once in 10 million hours, the EPU one time in 20.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.earth import Floats
from geo.units import NM

__all__ = ["FIX_ERROR_M", "LABELS", "NACP_M", "NIC_M", "codes_of", "errors_of", "kinds_of", "words"]

Codes = NDArray[np.uint8]

# Rc by NIC, metres. NIC 6 has three radii (0.6, 0.5, 0.3 NM), told apart by bits that no file has:
# the greatest. NIC 0 and NACp 0 say that it is unknown, and may be 10 NM and more.
UNKNOWN_M: Final = 10 * NM
NIC_M: Final = (
    UNKNOWN_M, 20 * NM, 8 * NM, 4 * NM, 2 * NM, 1 * NM, 0.6 * NM, 0.2 * NM, 0.1 * NM, 75.0, 25.0,
    7.5,
)  # fmt: skip
# EPU by NACp, metres.
NACP_M: Final = (
    UNKNOWN_M, 10 * NM, 4 * NM, 2 * NM, 1 * NM, 0.5 * NM, 0.3 * NM, 0.1 * NM, 0.05 * NM, 30.0, 10.0,
    3.0,
)  # fmt: skip

# Where nothing is told: the containment radius of NIC 7, which 14 CFR 91.227 asks of ADS-B.
FIX_ERROR_M: Final = 0.2 * NM
# Multilateration zigzags by some hundred metres, and no source says how much.
MLAT_M: Final = 1000.0
# Radar and what is rebroadcast from it (TIS-B): NACp 5, the least that traffic displays take.
RADAR_M: Final = 0.5 * NM
# Position reports over oceans by data link: what RNP 4 asks of an aircraft there.
ADSC_M: Final = 4 * NM

# How a position's error is known: the code of a fix is the place in this row.
LABELS: Final = (
    "", "source", "Rc", "MLAT", "TIS-B", "radar", "ADS-C",
    *(f"NIC {i}" for i in range(len(NIC_M))),
    *(f"NACp {i}" for i in range(len(NACP_M))),
)  # fmt: skip
UNTOLD, GIVEN, RC, MLAT, TISB, RADAR, ADSC = range(7)
NIC: Final = 7
NACP: Final = NIC + len(NIC_M)

KINDS: Final = {
    "mlat": MLAT, "tisb": TISB, "adsc": ADSC, "radar": RADAR,
    "1": RADAR, "2": MLAT,  # OpenSky's numbers; its 1 is ASTERIX, which radars and trackers speak
}  # fmt: skip
BY_KIND_M: Final = {MLAT: MLAT_M, TISB: RADAR_M, RADAR: RADAR_M, ADSC: ADSC_M}
# What an ADS-B position says of itself is no word on one that was worked out from the outside.
FOREIGN: Final = (MLAT, RADAR, ADSC)


def kinds_of(words_: Iterable[object]) -> Codes:
    """Return how each of n positions was made, by what sources call it, as codes.

    >>> kinds_of(["adsb_icao", "mlat", "tisb_trackfile", "A320", None]).tolist()
    [0, 3, 4, 0, 0]
    """
    known: dict[object, int] = {}
    out = []
    for word in words_:
        code = known.get(word)
        if code is None:
            plain = str(word or "").strip().casefold().replace("-", "").split("_")[0]
            code = known[word] = KINDS.get(plain, UNTOLD)
        out.append(code)
    return np.array(out, dtype=np.uint8)


def errors_of(
    rc: Floats, nic: Floats, nac_p: Floats, kind: Codes | None = None
) -> tuple[Floats, Codes]:
    """Return how far off n positions may be, in metres, NaN where nothing is told, and by what.

    Parameters
    ----------
    rc
        Containment radii in metres, NaN or 0 where unknown, shape (n,).
    nic, nac_p
        Categories from 0 to 11, NaN where unknown, shape (n,).
    kind
        What `kinds_of` gives; None: nothing is known of how they were made.

    Examples
    --------
    >>> nan = float("nan")
    >>> m, by = errors_of(np.array([186.0, nan]), np.array([8.0, nan]), np.array([10.0, 9.0]))
    >>> m.tolist(), [LABELS[i] for i in by]
    ([186.0, 30.0], ['NIC 8', 'NACp 9'])
    """
    integrity, has_nic = _category(nic, len(NIC_M))
    accuracy, has_nac = _category(nac_p, len(NACP_M))
    error_m = np.full(len(rc), np.nan)
    by = np.full(len(rc), UNTOLD, dtype=np.uint8)

    def take(
        where: NDArray[np.bool_], metres: Floats | float, code: NDArray[np.int64] | int
    ) -> None:
        here = where & np.isnan(error_m)
        error_m[here] = metres[here] if isinstance(metres, np.ndarray) else metres
        by[here] = code[here] if isinstance(code, np.ndarray) else code

    if kind is not None:
        for foreign in FOREIGN:
            take(kind == foreign, BY_KIND_M[foreign], foreign)
    stated = np.isfinite(rc) & (rc > 0)
    # Where both are told, the radius is that of its NIC, supplements and all.
    take(stated & (integrity > 0), rc, NIC + integrity)
    take(stated, rc, RC)
    take(integrity > 0, np.array(NIC_M)[integrity], NIC + integrity)
    take(accuracy > 0, np.array(NACP_M)[accuracy], NACP + accuracy)
    if kind is not None:
        take(kind == TISB, BY_KIND_M[TISB], TISB)
    take(has_nic, UNKNOWN_M, NIC)
    take(has_nac, UNKNOWN_M, NACP)
    return error_m, by


def _category(values: Floats, count: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return categories as whole numbers, 0 where there is none, and where there is one."""
    known = np.isfinite(values) & (values >= 0) & (values < count)
    return np.where(known, values, 0.0).astype(np.int64), known


def codes_of(labels: Iterable[str]) -> Codes:
    """Return codes by their labels, as our own tables have them; 1, "source", for others."""
    place = {label: i for i, label in enumerate(LABELS)}
    return np.array([place.get(label.strip(), GIVEN) for label in labels], dtype=np.uint8)


def words(error_m: float, code: int) -> str:
    """Return how far off a position may be, and who says so.

    >>> words(185.2, LABELS.index("NIC 8"))
    'position error of the fix, 185 m by its NIC 8'
    """
    first = f"position error of the fix, {_metres(error_m)}"
    if code == UNTOLD:
        return f"{first} (0.2 NM): its source does not say, and 14 CFR 91.227 asks so much of ADS-B"
    if code == GIVEN:
        return f"{first} as its source says"
    if code in (NIC, NACP):
        return f"{first} (10 NM): by its {LABELS[code]} nobody knows how good it is"
    if code >= NACP:
        return f"{first} in 95 of 100 cases by its {LABELS[code]}"
    if code == RC or code >= NIC:
        return f"{first} by its {LABELS[code]}"
    told = {
        MLAT: "it comes from multilateration, which zigzags, and no source says how much",
        TISB: "it was rebroadcast from radar (TIS-B), and NACp 5 is the least that displays take",
        RADAR: "it comes from radar, and NACp 5 is the least that displays take",
        ADSC: "it was reported by data link (ADS-C), and RNP 4 asks so much",
    }
    return f"{first}: {told[code]}"


def _metres(value: float) -> str:
    return f"{value:,.0f} m" if value >= 9.5 else f"{value:.1f} m"
