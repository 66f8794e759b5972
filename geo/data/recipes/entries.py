"""Rows of the catalogue: what a zone is called, where it comes from, how exact it is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

import shapely
from babel import Locale
from babel.core import get_global

from geo.data.recipes.packages import AIRSPACE, COAST
from geo.data.recipes.seas import SEA_ALIASES, SEAS
from geo.data.recipes.shapes import area_km2

__all__ = ["adiz_entry", "country_entries", "sea_entries", "treaty_entry"]

DISPUTES: Final = Path(__file__).parent.parent / "disputes.toml"

OSM: Final = "© OpenStreetMap contributors"
SOURCES: Final = {
    "airspace": (f"{OSM}, as npm {AIRSPACE}", "ODbL-1.0"),
    "territory": (f"{OSM} (2017), as npm {COAST}", "ODbL-1.0"),
    "sea": (f"IHO S-23 limits closed on the coast of {OSM} (2017)", "ODbL-1.0"),
    "adiz": ("14 CFR 99.45 as recalled, not read: approximate", "facts, no licence needed"),
}

# What nobody else's table has: how people call them. CLDR's English names come by themselves.
ALIASES: Final = {
    "ARE": "UAE|Emirates",
    "BIH": "Bosnia",
    "BOL": "Plurinational State of Bolivia",
    "BRN": "Brunei Darussalam",
    "CHN": "People's Republic of China|PRC|Mainland China",
    "CIV": "Ivory Coast",
    "COD": "DR Congo|DRC|Democratic Republic of the Congo|Congo-Kinshasa",
    "COG": "Congo|Republic of the Congo|Congo-Brazzaville",
    "CPV": "Cabo Verde",
    "CZE": "Czech Republic",
    "FLK": "Falklands|Malvinas",
    "FSM": "Federated States of Micronesia",
    "GBR": "UK|Britain|Great Britain|United Kingdom of Great Britain and Northern Ireland",
    "HKG": "Hong Kong",
    "IRN": "Islamic Republic of Iran",
    "KOR": "Republic of Korea|ROK|Korea",
    "LAO": "Lao PDR",
    "MAC": "Macau|Macao",
    "MDA": "Republic of Moldova",
    "MKD": "Macedonia|FYROM",
    "MMR": "Myanmar|Burma",
    "NLD": "Holland",
    "PRK": "DPRK|Democratic People's Republic of Korea",
    "PSE": "Palestine|State of Palestine",
    "RUS": "Russian Federation",
    "SWZ": "Swaziland",
    "SYR": "Syrian Arab Republic",
    "TLS": "East Timor",
    "TUR": "Turkey|Turkiye",
    "TWN": "Republic of China|Chinese Taipei",
    "TZA": "United Republic of Tanzania",
    "USA": "US|U.S.|U.S.A.|America|United States of America",
    "VAT": "Holy See",
    "VNM": "Viet Nam",
    "XKX": "Kosovo",
}
# Where CLDR's English name is that of a list, not of a sentence.
IN_SENTENCES: Final = {
    "CCK": "Cocos Islands",
    "COD": "Democratic Republic of the Congo",
    "COG": "Republic of the Congo",
}
WITH_ARTICLE: Final = frozenset(
    {
        "ALA", "ARE", "ATF", "BES", "BHS", "CAF", "CCK", "COD", "COG", "COK", "COM", "CYM", "DOM",
        "FLK", "FRO", "GBR", "GMB", "HMD", "IMN", "IOT", "MDV", "MHL", "MNP", "NLD", "PCN", "PHL",
        "PSE", "SLB", "SYC", "TCA", "UMI", "USA", "VGB", "VIR",
    }
)  # fmt: skip
# A dependency whose zone lies within its state's is told in the state's row. Found by area below;
# these pairs are looked at.
STATE_OF: Final = {
    "ABW": "NLD", "ALA": "FIN", "ASM": "USA", "ATF": "FRA", "BES": "NLD", "BLM": "FRA",
    "BVT": "NOR", "CCK": "AUS", "CUW": "NLD", "CXR": "AUS", "GLP": "FRA", "GUF": "FRA",
    "GUM": "USA", "HKG": "CHN", "HMD": "AUS", "MAC": "CHN", "MAF": "FRA", "MNP": "USA",
    "MTQ": "FRA", "MYT": "FRA", "NCL": "FRA", "NFK": "AUS", "PRI": "USA", "PYF": "FRA",
    "REU": "FRA", "SJM": "NOR", "SPM": "FRA", "SXM": "NLD", "UMI": "USA", "VIR": "USA",
    "WLF": "FRA", "GRL": "DNK", "FRO": "DNK",
}  # fmt: skip
# The source against the law, where somebody checked it: the 12 NM line against the OSM coast.
LEGAL_ACCURACY_M: Final = {"USA": 2800.0, "RUS": 300.0}


def entry(
    kind: str, key: str, name: str, aliases: list[str], row: int, geometry: shapely.Geometry
) -> dict[str, Any]:
    """Return one row of the catalogue."""
    source, licence = SOURCES[kind]
    return {
        "id": f"{kind}:{key}",
        "kind": kind,
        "name": name,
        "aliases": aliases,
        "row": row,
        "edges": "planar",
        "source": source,
        "licence": licence,
        "accuracy_m": {"airspace": 10.0, "territory": 100.0, "sea": 100.0, "adiz": None}[kind],
        "legal_accuracy_m": LEGAL_ACCURACY_M.get(key) if kind == "airspace" else None,
        "verified": kind != "adiz",
        "disputed": [],
        "part_of": None,
        "bounds": [round(v, 5) for v in geometry.bounds],
        "area_km2": round(area_km2(geometry)),
    }


def country_entries(kind: str, rows: dict[str, shapely.Geometry]) -> list[dict[str, Any]]:
    """Return the catalogue's rows for the countries of one kind."""
    names = Locale("en").territories
    alpha2 = _alpha2()
    with DISPUTES.open("rb") as f:
        disputes = tomllib.load(f)["dispute"]
    out = []
    for row, (code, geometry) in enumerate(rows.items()):
        two = alpha2[code]
        plain = names[two]
        called = plain.split(" (")[0].replace(" SAR China", "")
        the = "the " if code in WITH_ARTICLE else ""
        aliases = [code, two, called, *ALIASES.get(code, "").split("|")]
        if plain != called:
            aliases.append(plain)
        phrase = f"{kind} of {the}{IN_SENTENCES.get(code, called)}"
        if code == "ATA" and kind == "airspace":
            continue
        zone = entry(kind, code, phrase, [a for a in dict.fromkeys(aliases) if a], row, geometry)
        zone["disputed"] = [d["id"] for d in disputes if code in d["zones"]]
        state = STATE_OF.get(code)
        if state in rows:
            shared = shapely.intersection(geometry, rows[state])
            if shapely.area(shared) > 0.97 * shapely.area(geometry):
                zone["part_of"] = f"{kind}:{state}"
        out.append(zone)
    return out


def _alpha2() -> dict[str, str]:
    """Return alpha-2 codes by alpha-3, from CLDR."""
    aliases = get_global("territory_aliases")
    return {k: v[0] for k, v in aliases.items() if len(k) == 3 and k.isalpha()} | {"XKX": "XK"}


def sea_entries(seas: dict[str, shapely.Geometry]) -> list[dict[str, Any]]:
    """Return the catalogue's rows for the seas, each with how its limits are known."""
    out = []
    for row, (key, geometry) in enumerate(seas.items()):
        zone = entry("sea", key, SEAS[key]["name"], SEA_ALIASES[key].split("|"), row, geometry)
        zone["source"] += f" ({SEAS[key]['status']})"
        out.append(zone)
    return out


def adiz_entry(geometry: shapely.Geometry) -> dict[str, Any]:
    """Return the catalogue's row for the Alaska ADIZ."""
    return entry("adiz", "alaska", "Alaska ADIZ", ["Alaskan ADIZ"], 0, geometry)


def treaty_entry(airspace: dict[str, shapely.Geometry]) -> dict[str, Any]:
    """Return the catalogue's row for the area of the Antarctic Treaty, a row of the airspaces."""
    row = list(airspace).index("ATA")
    name = "Antarctic Treaty area (south of 60°S)"
    zone = entry("airspace", "ATA", name, ["Antarctic Treaty"], row, airspace["ATA"])
    zone |= {"id": "treaty:antarctica", "kind": "treaty", "accuracy_m": 0.0}
    zone |= {"source": "Antarctic Treaty, Article VI", "licence": "a fact, no licence needed"}
    return zone
