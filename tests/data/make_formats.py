"""Write the corpus in ``formats``: one flight in every format, and the mistakes people make.

    python tests/data/make_formats.py

The flight: TEST01 (a1b2c3), 17 June 2020, 04:00 to 04:11 UTC, a fix a minute, eastwards along
60°N from 170°W, 0.15° of longitude a step, FL300. The shapes are those of real files; the numbers
are these, and nobody flew them.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent / "formats"
N = 12
START = 1_592_366_400  # date -u -d 2020-06-17T04:00:00Z +%s
LON = [round(-170 + 0.15 * i, 6) for i in range(N)]
LAT = [60.0] * N
TIME = [START + 60 * i for i in range(N)]
ISO = [f"2020-06-17T04:{i:02d}:00Z" for i in range(N)]
FEET = 30_000
METRES = 9144


def put(name: str, data: str | bytes) -> None:
    (HERE / name).write_bytes(data.encode() if isinstance(data, str) else data)


def table(header: str, rows: list[str], end: str = "\n") -> str:
    return end.join([header, *rows]) + end


def trace(fields: int = 14, **more: object) -> dict[str, object]:
    rows = []
    for i in range(N):
        detail = (
            {"type": "adsb_icao", "flight": "TEST01  ", "nic": 8, "rc": 186} if i == 0 else None
        )
        row = [60.0 * i, LAT[i], LON[i], FEET, 270.1, 90.0, 0, 0, detail, "adsb_icao", 30_500, 0]
        rows.append([*row, 250, 0.0][:fields])
    return {"icao": "a1b2c3", "r": "N1", "t": "B52", "timestamp": START, "trace": rows, **more}


def readsb() -> None:
    put("readsb.json", json.dumps(trace()))
    put("readsb-gzip.json", gzip.compress(json.dumps(trace()).encode(), mtime=0))
    put("readsb-7-fields.json", json.dumps(trace(7)))
    ground = trace()
    for row in ground["trace"][:3]:  # type: ignore[index]
        row[3] = "ground"
    put("readsb-ground.json", json.dumps(ground))
    put("mistake-half.json", json.dumps(trace())[:700])


def snapshots() -> None:
    for i in range(3):
        craft = {"hex": "a1b2c3", "flight": "TEST01  ", "alt_baro": FEET, "lat": LAT[i],
                 "lon": LON[i], "seen_pos": 0.5, "nic": 8, "rc": 186}  # fmt: skip
        other = {"hex": "~29f1aa", "seen": 3.1}
        now = TIME[i] + 0.5
        put(f"live/history_{i}.json", json.dumps({"now": now, "aircraft": [craft, other]}))
    v2 = {"ac": [craft], "now": int(now * 1000), "total": 1, "msg": "No error"}
    put("live-v2.json", json.dumps(v2))


def opensky() -> None:
    header = (
        "time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,alert,spi,squawk,"
        "baroaltitude,geoaltitude,lastposupdate,lastcontact"
    )
    rows = [
        f"{t},a1b2c3,{LAT[i]},{LON[i]},138.9,90.0,0.0,TEST01  ,False,False,False,,{METRES},"
        f"{METRES + 150},{t - 0.4},{t - 0.1}"
        for i, t in enumerate(TIME)
    ]
    # A position repeats while its time of update does.
    stale = rows[5].replace(str(TIME[5]) + ",", str(TIME[5] + 1) + ",", 1)
    put("opensky.csv", table(header, [*rows[:6], stale, *rows[6:]]))
    state = ["a1b2c3", "TEST01  ", "United States", TIME[0], TIME[0], LON[0], LAT[0], METRES,
             False, 138.9, 90.0, 0.0, None, METRES + 150, None, False, 0]  # fmt: skip
    put("opensky-states.json", json.dumps({"time": TIME[0], "states": [state]}))
    path = [[t, LAT[i], LON[i], METRES, 90.0, False] for i, t in enumerate(TIME)]
    put(
        "opensky-track.json",
        json.dumps(
            {"icao24": "a1b2c3", "callsign": "TEST01  ", "startTime": TIME[0], "path": path}
        ),
    )


def frames() -> None:
    rows = [
        {"timestamp": t * 1000, "icao24": "a1b2c3", "callsign": "TEST01", "latitude": LAT[i],
         "longitude": LON[i], "altitude": FEET, "groundspeed": 270, "track": 90.0}
        for i, t in enumerate(TIME)
    ]  # fmt: skip
    put("frames-rows.json", json.dumps(rows))
    put("frames-lines.jsonl", "".join(json.dumps(r) + "\n" for r in rows))
    columns = {k: {str(i): r[k] for i, r in enumerate(rows)} for k in rows[0]}
    put("frames-columns.json.gz", gzip.compress(json.dumps(columns).encode(), mtime=0))


def fr24() -> None:
    track = [
        {"latitude": LAT[i], "longitude": LON[i], "altitude": {"feet": FEET, "meters": METRES},
         "speed": {"kts": 270}, "heading": 90, "timestamp": t}
        for i, t in enumerate(TIME)
    ]  # fmt: skip
    flight = {
        "identification": {"id": "2f0a1b3c", "callsign": "TEST01"},
        "aircraft": {"hex": "A1B2C3", "registration": "N1", "model": {"code": "B52"}},
        "track": track[::-1],
    }
    put("fr24-site.json", json.dumps({"result": {"response": {"data": {"flight": flight}}}}))
    points = [
        {"timestamp": ISO[i], "lat": LAT[i], "lon": LON[i], "alt": FEET, "gspeed": 270, "vspeed": 0,
         "track": 90, "callsign": "TEST01", "source": "ADSB"}
        for i in range(N)
    ]  # fmt: skip
    put("fr24-api.json", json.dumps([{"fr24_id": "2f0a1b3c", "hex": "a1b2c3", "tracks": points}]))
    rows = [f'{t},{ISO[i]},TEST01,"{LAT[i]},{LON[i]}",{FEET},270,90' for i, t in enumerate(TIME)]
    put("fr24.csv", table("Timestamp,UTC,Callsign,Position,Altitude,Speed,Direction", rows, "\r\n"))
    rows = [f'{t},TEST01,"{LAT[i]},{LON[i]}",{FEET},270,90' for i, t in enumerate(TIME)]
    put("fr24-older.csv", table("Timestamp,Callsign,Position,Altitude,Speed,Direction", rows))
    rows = [
        f"2020-06-17 04:{i:02d}:00Z.000,0xa1b2c3,TEST01,{LAT[i]},{LON[i]},{FEET},270,90,NIC:8"
        for i in range(N)
    ]
    put("fr24-granular.csv", table("time,hex,callsign,lat,lon,alt,gspeed,track", rows))
    marks = "".join(
        f"<Placemark><name>TEST01</name><TimeStamp><when>{ISO[i]}</when></TimeStamp><Point>"
        f"<altitudeMode>absolute</altitudeMode><coordinates>{LON[i]},{LAT[i]},{METRES}</coordinates>"
        "</Point></Placemark>\n"
        for i in range(N)
    )
    again = "".join(
        f"<Placemark><MultiGeometry><LineString><coordinates>{LON[i]},{LAT[i]},{METRES} "
        f"{LON[i + 1]},{LAT[i + 1]},{METRES}</coordinates></LineString></MultiGeometry></Placemark>"
        for i in range(N - 1)
    )
    put(
        "fr24.kml",
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><name>TEST01/2f0a1b3c</name><Folder><name>Route</name>{marks}</Folder>"
        f"<Folder><name>Trail</name>{again}</Folder></Document></kml>",
    )


def kml() -> None:
    head = (
        '<?xml version="1.0"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"'
        ' xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>'
    )
    airport = (
        "<Placemark><name>PANC Airport</name><Point><coordinates>-149.996,61.174,0</coordinates>"
        "</Point></Placemark>"
    )
    whens = "".join(f"<when>{t}</when>" for t in ISO)
    coords = "".join(f"<gx:coord>{LON[i]} {LAT[i]} {METRES}</gx:coord>" for i in range(N))
    flightaware = (
        f"{head}{airport}<Placemark><name>TEST01</name><gx:Track>{whens}{coords}</gx:Track>"
        "</Placemark></Document></kml>"
    )
    put("flightaware.kml", flightaware)
    spaced = f"<when >{ISO[0]}</when >" + "".join(f"<when >{t}</when >" for t in ISO)
    put(
        "tar1090-EGM96.kml",
        f"{head}<Folder><Placemark><name>TEST01</name><gx:Track>{spaced}{coords}</gx:Track>"
        "</Placemark></Folder></Document></kml>",
    )
    places = " ".join(f"{LON[i]},{LAT[i]},0" for i in range(N))
    put(
        "drawn.kml",
        f"{head}<Placemark><name>TEST01</name><LineString><coordinates>{places}</coordinates>"
        "</LineString></Placemark></Document></kml>",
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("doc.kml"), flightaware)
    put("flightaware.kmz", out.getvalue())
    put("mistake-half.kml", flightaware[:900])
    bomb = '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    put("mistake-entities.kml", bomb + "<kml><Document><name>&b;</name></Document></kml>")


def gpx() -> None:
    def points(kind: str, timed: bool) -> str:
        return "".join(
            f'<{kind} lat="{LAT[i]}" lon="{LON[i]}"><ele>{METRES}</ele>'
            + (f"<time>{ISO[i]}</time>" if timed else "")
            + f"</{kind}>\n"
            for i in range(N)
        )

    head = '<?xml version="1.0"?>\n<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
    put(
        "track.gpx",
        f"{head}<trk><name>TEST01</name><trkseg>{points('trkpt', True)}</trkseg></trk></gpx>",
    )
    put("route.gpx", f"{head}<rte><name>TEST01</name>{points('rtept', False)}</rte></gpx>")


def igc() -> None:
    def line(i: int, hour: int, minute: int) -> str:
        minutes = round((-LON[i] - int(-LON[i])) * 60_000)
        return (
            f"B{hour:02d}{minute:02d}006000000N{int(-LON[i]):03d}{minutes:05d}WA{METRES:05d}09300"
        )

    day = [line(i, 4, i) for i in range(N)]
    head = ["AXXX001TEST", "HFDTE170620", "HFGIDGLIDERID:TEST01", "I013638FXA"]
    put("flight.igc", "\r\n".join([*head, *[b + "010" for b in day], "G0123"]) + "\r\n")
    newer = ["AXXX001TEST", "HFDTEDATE:160620,02", "HFGIDGLIDERID:TEST01"]
    night = [line(i, 23 if i < 6 else 0, 54 + i if i < 6 else i - 6) for i in range(N)]
    put("midnight.igc", "\n".join([*newer, *night]) + "\n")
    put("mistake-no-date.igc", "\r\n".join([head[0], *day]) + "\r\n")


def sbs() -> None:
    lines = [
        "MSG,1,1,1,A1B2C3,1,2020/06/17,04:00:00.000,2020/06/17,04:00:00.000,TEST01  ,,,,,,,,,,,0"
    ]
    for i in range(N):
        when = f"2020/06/17,04:{i:02d}:00.000"
        lines.append(f"MSG,3,1,1,A1B2C3,1,{when},{when},,{FEET},,,{LAT[i]},{LON[i]},,,0,0,0,0")
        lines.append(f"MSG,4,1,1,A1B2C3,1,{when},{when},,,270,90,,,0,,,,,0")
    put("basestation.txt", "\r\n".join(lines) + "\r\n")


def geojson() -> None:
    def collection(*features: dict[str, object]) -> str:
        return json.dumps({"type": "FeatureCollection", "features": list(features)})

    def feature(kind: str, places: object, **properties: object) -> dict[str, object]:
        shape = {"type": kind, "coordinates": places}
        return {"type": "Feature", "geometry": shape, "properties": properties}

    places = [[LON[i], LAT[i], METRES] for i in range(N)]
    put("timed.geojson", collection(feature("LineString", places, name="TEST01", coordTimes=ISO)))
    put("drawn.geojson", collection(feature("LineString", places, name="TEST01")))
    points = [feature("Point", p[:2], name="TEST01", time=ISO[i]) for i, p in enumerate(places)]
    put("points.geojson", collection(*points))
    put("points.geojsonl", "".join(json.dumps(p) + "\n" for p in points))


def tables() -> None:
    header = "time,icao24,callsign,latitude,longitude,altitude"
    rows = [f"{ISO[i]},a1b2c3,TEST01,{LAT[i]},{LON[i]},{FEET}" for i in range(N)]
    plain = table(header, rows)
    put("table.csv", plain)
    put("table-bom-crlf.csv", b"\xef\xbb\xbf" + table(header, rows, "\r\n").encode())
    put("table-utf16.csv", plain.encode("utf-16"))
    commas = [r.replace(",", ";").replace(".", ",") for r in rows]
    put("table-comma-decimals.csv", table(header.replace(",", ";"), commas))
    put("table-tabs.tsv", plain.replace(",", "\t"))
    shuffled = [rows[i] for i in (3, 0, 7, 1, 2, 11, 4, 5, 6, 8, 10, 9)]
    put("table-out-of-order.csv", table(header, shuffled))
    swapped = [f"{ISO[i]},a1b2c3,TEST01,{LON[i]},{LAT[i]},{FEET}" for i in range(N)]
    put("table-swapped.csv", table(header, swapped))
    two = [r.replace("a1b2c3,TEST01", "d4e5f6,OTHER2") for r in rows]
    put(
        "table-two-flights.csv",
        table(header, [x for pair in zip(rows, two, strict=True) for x in pair]),
    )
    put("mistake-no-zone.csv", plain.replace("Z,", ","))
    put("mistake-no-lon.csv", table("time,icao24,latitude", [f"{t},a1b2c3,60" for t in ISO]))
    put("mistake-no-rows.csv", header + "\n")
    put("mistake-half.csv", plain[: len(plain) // 2])
    put("mistake-day-first.csv", plain.replace("2020-06-17T", "17/06/2020 "))
    put("mistake-picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(200))
    put("mistake-empty.csv", b"")
    put("mistake-pickle.pkl", b"\x80\x04\x95\x0a\x00\x00\x00\x00\x00\x00\x00]\x94.")

    import geopandas
    import pandas as pd

    frame = pd.DataFrame(
        {"timestamp": pd.to_datetime(TIME, unit="s", utc=True), "icao24": "a1b2c3",
         "callsign": "TEST01", "latitude": LAT, "longitude": LON, "altitude": float(FEET)}
    )  # fmt: skip
    frame.to_parquet(HERE / "table.parquet")
    frame.to_feather(HERE / "table.feather", compression="uncompressed")
    naive = frame.assign(timestamp=frame["timestamp"].dt.tz_localize(None))
    naive.to_parquet(HERE / "mistake-no-zone.parquet")
    put("mistake-half.parquet", (HERE / "table.parquet").read_bytes()[:800])
    points = geopandas.GeoDataFrame(
        frame[["timestamp", "icao24", "callsign"]],
        geometry=geopandas.points_from_xy(LON, LAT),
        crs="OGC:CRS84",
    )
    points.to_parquet(HERE / "points.geo.parquet")
    alaska = points.to_crs(3338)
    alaska.to_parquet(HERE / "points-3338.geo.parquet")
    for old in HERE.glob("points.gpkg"):
        old.unlink()
    alaska.to_file(HERE / "points.gpkg", driver="GPKG")
    points.to_file(HERE / "points.fgb", driver="FlatGeobuf")
    shapefile()


def shapefile() -> None:
    import geopandas
    import shapely

    line = geopandas.GeoDataFrame(
        {"name": ["TEST01"]},
        geometry=[shapely.LineString(list(zip(LON, LAT, strict=True)))],
        crs="EPSG:4326",
    )
    folder = HERE / "shapefile"
    folder.mkdir(exist_ok=True)
    line.to_file(folder / "drawn.shp")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(part.name), part.read_bytes())
            part.unlink()
    folder.rmdir()
    put("drawn-shapefile.zip", out.getvalue())


def archives() -> None:
    one, two = json.dumps(trace()), json.dumps(trace(icao="d4e5f6"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("a/one.json", one), ("a/two.json", two), ("a/readme.txt", "no track")):
            archive.writestr(zipfile.ZipInfo(name), text)
    put("two.zip", out.getvalue())
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, text in (("one.json", one), ("two.json", two)):
            about = tarfile.TarInfo(name)
            about.size = len(text)
            tar.addfile(about, io.BytesIO(text.encode()))
    put("two.tar.gz", gzip.compress(out.getvalue(), mtime=0))
    put("mistake-half.tar.gz", gzip.compress(out.getvalue(), mtime=0)[:300])


if __name__ == "__main__":
    (HERE / "live").mkdir(parents=True, exist_ok=True)
    for write in (
        readsb, snapshots, opensky, frames, fr24, kml, gpx, igc, sbs, geojson, tables, archives,
    ):  # fmt: skip
        write()
