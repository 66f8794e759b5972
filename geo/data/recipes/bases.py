"""The airfields of the stories, and where each is."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

__all__ = ["write_bases"]

BASES: Final = {
    # Ukrainka is not in airportsdata; its place is rounded by us from maps to 0.01°.
    "XHBU": ("Ukrainka", "RUS", (51.17, 128.44), "Tu-95MS base in the Amur Region"),
    "UHMA": ("Anadyr (Ugolny)", "RUS", None, "airfield in Chukotka"),
    "UHPP": ("Yelizovo", "RUS", None, "MiG-31, Il-38 and Tu-142 base in Kamchatka"),
    "UHKK": ("Komsomolsk-on-Amur (Khurba)", "RUS", None, "Su-35 regiment at nearby Dzemgi"),
    "PAEI": ("Eielson AFB", "USA", None, "B-52H detachment, 14–21 June 2020"),
    "PAED": ("JBER-Elmendorf", "USA", None, "F-22 alert"),
    "PASY": ("Eareckson AS, Shemya", "USA", None, ""),
    "PADK": ("Adak", "USA", None, ""),
    "PGUA": ("Andersen AFB", "GUM", None, "B-1B detachment, 2020"),
    "KMIB": ("Minot AFB", "USA", None, ""),
    "KBAD": ("Barksdale AFB", "USA", None, "home of the 2nd Bomb Wing"),
    "KDYS": ("Dyess AFB", "USA", None, ""),
    "KRCA": ("Ellsworth AFB", "USA", None, ""),
    "RJSM": ("Misawa AB", "JPN", None, "EA-18G of VAQ-209, June 2020"),
    "PANC": ("Anchorage Intl", "USA", None, ""),
    "PABR": ("Utqiagvik", "USA", None, ""),
    "PACD": ("Cold Bay", "USA", None, ""),
}


def write_bases(path: Path) -> None:
    """Write the airfields of the stories, with where each place comes from."""
    import airportsdata  # with the extra "data"

    airports = airportsdata.load("ICAO")
    with path.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["icao", "name", "country", "lon", "lat", "source", "note"])
        for icao, (name, country, place, note) in BASES.items():
            if place is None:
                lat, lon = airports[icao]["lat"], airports[icao]["lon"]
                source = "airportsdata (MIT)"
            else:
                (lat, lon), source = place, "rounded by howclose to 0.01°"
            table.writerow([icao, name, country, lon, lat, source, note])
