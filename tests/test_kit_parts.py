"""Everything that an article needs is there, says the same, and is the same every time."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from stories import line
from typer.testing import CliRunner

from geo.catalogue import zone
from geo.errors import OutputError
from geo.readers import read_tracks
from layers.cli import app
from layers.kit import base_url, inputs_of, kit, kit_of_tracks, zipped
from layers.pages import Page
from layers.track_page import page

URL = "https://news.example/maps/june"
PARTS = {
    "index.html", "map.png", "map@2x.png", "map.svg", "card.png", "alt.txt", "caption.txt",
    "credit.txt", "embed/iframe.html", "embed/responsive.html", "embed/wordpress.html",
    "embed/amp.html", "findings.json", "findings.csv", "findings.geojson", "README.txt",
}  # fmt: skip


class Tags(HTMLParser):
    """The tags of a document with their attributes, as a browser would take them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def plain(june: Page, told) -> dict[str, bytes]:
    """The kit of June 2020 without an address."""
    return kit(june, told.story.files, date="19 June 2020")


@pytest.fixture(scope="module")
def hosted(june: Page, told) -> dict[str, bytes]:
    """The same with an address."""
    return kit(june, told.story.files, date="19 June 2020", url=URL)


# ------------------------------------------------------------------------------ what is in it


def test_every_part_is_there(plain: dict[str, bytes]):
    assert set(plain) == PARTS | {"inputs/june-2020.toml"}
    assert next(iter(plain)) == "index.html"
    assert all(plain.values())


def test_the_pictures_are_as_large_as_the_readme_says(plain: dict[str, bytes]):
    sizes = {n: Image.open(io.BytesIO(plain[n])).size for n in plain if n.endswith(".png")}

    assert sizes == {"map.png": (1200, 800), "map@2x.png": (2400, 1600), "card.png": (1200, 630)}
    assert all(f"{w} x {h}" in plain["README.txt"].decode() for w, h in ((1200, 800), (1200, 630)))


def test_words_for_the_picture_are_plain_and_say_the_figure(plain: dict[str, bytes]):
    alt, caption = plain["alt.txt"].decode(), plain["caption.txt"].decode()

    assert "32 NM (59 km) off Alaskan shores" in alt
    assert "no track is public" in caption
    assert not {"\u00a0", "\u202f", "<", "&"} & set(alt + caption)


def test_the_credit_names_whose_borders_they_are_and_under_what(plain: dict[str, bytes]):
    credit = plain["credit.txt"].decode()

    assert "© OpenStreetMap contributors, ODbL" in credit
    assert "19 June 2020" in credit


def test_the_readme_says_how_to_host_it_and_what_it_needs(plain: dict[str, bytes]):
    readme = plain["README.txt"].decode()

    for words in ("Content-Security-Policy", "X-Frame-Options", "frame-ancestors", "Open Database",
                  "METHOD", "howclose verify", "?theme=dark", "--url"):  # fmt: skip
        assert words in readme, words
    for name in PARTS - {"README.txt"}:
        assert Path(name).name.split(".")[0].rstrip("@2x") in readme, name


def test_the_data_agree_in_each_form(plain: dict[str, bytes]):
    told = json.loads(plain["findings.json"])["findings"]
    rows = list(csv.DictReader(io.StringIO(plain["findings.csv"].decode())))
    features = json.loads(plain["findings.geojson"])["features"]

    assert [r["flight"] for r in rows] == [f["flight"] for f in told]
    assert [float(r["low_m"]) for r in rows] == [f["low_m"] for f in told]
    assert [f["properties"] for f in features] == told


def test_the_inputs_are_what_the_findings_were_made_of(plain: dict[str, bytes]):
    inputs = json.loads(plain["findings.json"])["inputs"]
    hashes = {
        hashlib.sha256(data).hexdigest() for n, data in plain.items() if n.startswith("inputs/")
    }

    assert {i["sha256"] for i in inputs} <= hashes
    assert inputs


# ------------------------------------------------------------------------------- with an address


def test_without_an_address_what_needs_one_is_left_out_with_a_word(plain: dict[str, bytes]):
    assert "oembed.json" not in plain
    assert b"og:" not in plain["index.html"][:150_000]
    assert b"canonical" not in plain["index.html"]
    assert b"were left out" in plain["README.txt"]
    assert b"YOUR-SITE.example" in plain["embed/iframe.html"]


def test_link_previews_and_oembed_are_found_early_in_the_head(hosted: dict[str, bytes], june: Page):
    head = hosted["index.html"][:150_000].decode("utf-8", "ignore")
    tags = Tags(head[: head.index("<style>")])
    said = {t["property"]: t["content"] for t in tags.of("meta") if "property" in t}
    links = {t["rel"]: t["href"] for t in tags.of("link")}

    assert said["og:title"] == june.title
    assert said["og:description"] == june.answer
    assert said["og:image"] == f"{URL}/card.png"
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    assert said["og:image:alt"] == june.alt
    assert links == {"canonical": f"{URL}/index.html", "alternate": f"{URL}/oembed.json"}


def test_oembed_says_what_its_specification_asks_for(hosted: dict[str, bytes], june: Page):
    """oembed.com, 2.3.4: version, type; for "rich" html, width and height; thumbnails whole."""
    told = json.loads(hosted["oembed.json"])

    assert (told["version"], told["type"]) == ("1.0", "rich")
    assert isinstance(told["width"], int)
    assert isinstance(told["height"], int)
    assert {"thumbnail_url", "thumbnail_width", "thumbnail_height"} <= set(told)
    frame = Tags(told["html"]).of("iframe")[0]
    assert frame["src"] == f"{URL}/index.html"
    assert frame["title"] == june.title


@pytest.mark.parametrize(
    "wrong", ["", "news.example/june", "ftp://news.example/", "https://", "https://a b.example/",
              'https://a.example/"><script>', "https://a.example/?x=1", "javascript:alert(1)",
              "https://[broken/"],
)  # fmt: skip
def test_an_address_that_is_none_gets_a_sentence(wrong: str):
    with pytest.raises(OutputError, match=r"no address of a folder on the web.*--url https://"):
        base_url(wrong)


# ---------------------------------------------------------------------------------- the snippets


@pytest.mark.parametrize("name", sorted(n for n in PARTS if n.startswith("embed/")))
def test_a_hostile_title_stays_in_its_attribute(june: Page, name: str):
    title = "\"><script>alert(1)</script> ' onload='x` {{7*7}}"
    spoilt = dataclasses.replace(june, title=title, alt=title)
    snippet = kit(spoilt, {}, url=URL)[name].decode()
    tags = Tags(snippet)

    frame = (tags.of("iframe") + tags.of("amp-iframe"))[0]
    assert frame["title"] == title
    assert "onload" not in frame
    assert "alert(1)" not in "".join(snippet.split("<script>")[1:])
    assert "{{" not in snippet


def test_a_wordpress_snippet_has_neither_style_nor_script(hosted: dict[str, bytes]):
    tags = Tags(hosted["embed/wordpress.html"].decode())

    assert {tag for tag, _ in tags.tags} == {"figure", "iframe", "figcaption", "a"}
    for _, attributes in tags.tags:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]


def test_an_amp_frame_keeps_what_amps_documentation_asks_for(hosted: dict[str, bytes]):
    """
    amp-iframe: "resizable" needs a child "overflow" and turns scrolling off, so the room that is
    reserved must not shrink with the column; a placeholder lets it stand at the top; full screen is
    asked for by "allowfullscreen". amp-img: without "object-fit" a picture is stretched to fill.
    """
    tags = Tags(hosted["embed/amp.html"].decode())
    frame, picture = tags.of("amp-iframe")[0], tags.of("amp-img")[0]

    assert {"resizable", "allowfullscreen"} <= set(frame)
    assert frame["layout"] == "fixed-height"
    assert frame["height"] == "1100"
    assert frame.get("width", "auto") == "auto"
    assert "allow-same-origin" not in str(frame["sandbox"])
    assert "placeholder" in picture
    assert picture["object-fit"] == "contain"
    assert picture["alt"]
    assert [a for a in tags.of("div") if "overflow" in a]


@pytest.mark.parametrize("lang", ["en", "ja", "ru"])
def test_the_words_for_a_maps_picture_end_each_sentence_once(flight: Path, lang: str):
    made = page(read_tracks(flight), zones=[zone("airspace:USA")], lang=lang)

    assert not re.search(r"[?.!。？][?.!。？]", made.alt)
    assert made.title in made.alt
    assert made.answer in made.alt


def test_every_frame_has_a_title_a_size_and_waits_until_it_is_near(hosted: dict[str, bytes]):
    for name in ("iframe", "responsive", "wordpress"):
        frame = Tags(hosted[f"embed/{name}.html"].decode()).of("iframe")[0]

        assert frame["title"]
        assert frame["loading"] == "lazy"
        assert frame["width"]
        assert frame["height"]
        assert frame["allow"] == "fullscreen"
        assert "allow-same-origin" not in str(frame["sandbox"])


def test_a_page_with_an_address_still_holds_and_a_changed_preview_is_found(
    flight: Path, tmp_path: Path
):
    out = tmp_path / "kit"
    run("map", flight, "--zone", "airspace:USA", "--kit", "-o", out, "--url", URL)
    index = out / "index.html"
    assert run("verify", index).exit_code == 0

    told = index.read_text()
    spoilt = re.sub(r'(og:description" content=")[^"]*', r"\1It came within 3 NM.", told)
    assert spoilt != told
    index.write_text(spoilt)
    result = run("verify", index)
    assert result.exit_code == 1
    assert "It came within 3 NM" in result.output


def test_a_picture_that_was_changed_is_found(flight: Path, tmp_path: Path):
    out = tmp_path / "map.html"
    run("map", flight, "--zone", "airspace:USA", "-o", out)
    assert run("verify", out).exit_code == 0

    told = out.read_text()
    spoilt = told.replace(">KIT1<", ">KIT2<")
    assert spoilt != told
    out.write_text(spoilt)
    assert run("verify", out).exit_code == 1


# -------------------------------------------------------------------------- folder and archive


def test_an_archive_is_the_same_every_time_and_holds_the_kit(plain: dict[str, bytes]):
    data = zipped(plain)

    assert data == zipped(plain)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {n: archive.read(n) for n in archive.namelist()} == plain
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.fixture
def flight(tmp_path: Path) -> Path:
    """A flight south of St. Lawrence Island, two fixes a degree."""
    points = [(-176.0 + 0.5 * i, 60.0 + 0.1 * i) for i in range(9)]
    path = tmp_path / "flight.geojson"
    path.write_bytes(line(points, [3.0 * i for i in range(9)], callsign="KIT1"))
    return path


def run(*words: str | Path, **options):
    return CliRunner().invoke(app, [*map(str, words)], **options)


def test_a_map_has_a_kit_too(flight: Path, tmp_path: Path):
    out = tmp_path / "kit"
    result = run("map", flight, "--zone", "airspace:USA", "--kit", "-o", out, "--url", URL)

    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(out / "index.html")
    there = {str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()}
    assert there == PARTS | {"oembed.json", "inputs/flight.geojson"}
    assert (out / "inputs" / "flight.geojson").read_bytes() == flight.read_bytes()
    assert "17 June 2020" in (out / "credit.txt").read_text()


def test_a_kit_can_be_one_archive(flight: Path, tmp_path: Path):
    out = tmp_path / "kit.zip"
    result = run("map", flight, "--zone", "airspace:USA", "--kit", "-o", out)

    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(out)
    assert "Left out without --url" in result.stderr
    with zipfile.ZipFile(out) as archive:
        assert set(archive.namelist()) == PARTS | {"inputs/flight.geojson"}


def test_a_map_from_standard_input_says_what_its_kit_lacks(flight: Path, tmp_path: Path):
    out = tmp_path / "kit"
    result = run("map", "-", "-z", "airspace:USA", "--kit", "-o", out, input=flight.read_bytes())

    assert result.exit_code == 0, result.output
    assert "standard input is not in the kit's inputs" in result.stderr
    assert not (out / "inputs").exists()


@pytest.mark.parametrize("command", ["map", "story"])
def test_an_address_that_is_none_leaves_nothing_behind(flight: Path, tmp_path: Path, command: str):
    out = tmp_path / "kit"
    words = ("map", flight, "--kit") if command == "map" else ("story",)
    result = run(*words, "-o", out, "--url", "news.example")

    assert result.exit_code == 1
    assert "no address" in result.stderr
    assert not out.exists()


def test_an_address_without_a_kit_is_wrong_usage(flight: Path, tmp_path: Path):
    result = run("map", flight, "-o", tmp_path / "m.html", "--url", URL)

    assert result.exit_code == 2
    assert not (tmp_path / "m.html").exists()


def test_two_inputs_of_one_name_are_both_there(flight: Path, tmp_path: Path):
    other = tmp_path / "other" / flight.name
    other.parent.mkdir()
    other.write_bytes(flight.read_bytes() + b"\n")
    tracks = read_tracks(flight, other)

    files, gone = inputs_of(tracks.inputs, [flight, other])

    assert set(files) == {"flight.geojson", "2/flight.geojson"}
    assert gone == []


def test_the_files_of_a_folder_are_the_inputs(flight: Path):
    tracks = read_tracks(flight.parent)

    assert inputs_of(tracks.inputs, [flight.parent]) == ({flight.name: flight.read_bytes()}, [])


def test_an_input_that_changed_meanwhile_is_not_passed_off_as_what_was_read(flight: Path):
    tracks = read_tracks(flight)
    flight.write_bytes(b"{}")

    assert inputs_of(tracks.inputs, [flight]) == ({}, [flight.name])


@pytest.mark.parametrize("name", ["kit", "kit.zip"])
def test_a_whole_kit_can_be_verified_as_it_was_made(flight: Path, tmp_path: Path, name: str):
    out = tmp_path / name
    run("map", flight, "--zone", "airspace:USA", "--kit", "-o", out)
    flight.unlink()
    result = run("verify", out)

    assert result.exit_code == 0, result.output
    assert f"{name} holds: 1 finding and" in result.stdout


def test_a_kit_whose_data_differ_from_its_page_does_not_hold(flight: Path, tmp_path: Path):
    """An editor takes the figures from the table beside the page."""
    out = tmp_path / "kit"
    run("map", flight, "--zone", "airspace:USA", "--kit", "-o", out)
    for name in ("findings.json", "findings.csv", "findings.geojson", "caption.txt", "map.svg"):
        whole = (out / name).read_bytes()
        (out / name).write_bytes(whole[:-9] + b"7" + whole[-8:])
        result = run("verify", out)
        assert result.exit_code == 1, name
        assert name in result.output
        (out / name).write_bytes(whole)
    (out / "alt.txt").unlink()
    result = run("verify", out)
    assert result.exit_code == 1
    assert "alt.txt" in result.output


def test_a_picture_that_was_painted_over_is_found_and_one_packed_anew_is_not(
    flight: Path, tmp_path: Path
):
    out = tmp_path / "kit"
    run("map", flight, "--zone", "airspace:USA", "--kit", "-o", out)
    path = out / "map@2x.png"
    with Image.open(path) as picture:
        picture.load()
    words = PngInfo()
    for key, value in picture.text.items():
        words.add_itxt(key, value)
    before = path.read_bytes()
    picture.save(path, pnginfo=words, compress_level=1, dpi=picture.info["dpi"])
    assert path.read_bytes() != before
    assert run("verify", out).exit_code == 0

    corner = picture.getpixel((0, 0))
    picture.putpixel((700, 700), (corner + 1) % 16)
    picture.save(path, pnginfo=words, dpi=picture.info["dpi"])
    result = run("verify", out)
    assert result.exit_code == 1
    assert "map@2x.png is not the picture" in result.output


def test_a_kit_built_where_another_was_says_what_is_left_of_the_other(flight: Path, tmp_path: Path):
    """
    Who puts the folder online would publish a track that is not on the page, and an oEmbed that
    tells of another. An input may be somebody's only copy: it stays, with a word.
    """
    out = tmp_path / "kit"
    run("map", flight, "--zone", "airspace:USA", "--kit", "-o", out, "--url", URL)
    (out / "inputs" / "notes.txt").write_text("mine")
    (out / "style.css").write_text("mine")
    other = tmp_path / "other.geojson"
    other.write_bytes(flight.read_bytes().replace(b"KIT1", b"KIT2"))
    result = run("map", other, "--zone", "airspace:USA", "--kit", "-o", out)

    assert "flight.geojson is left from an earlier kit" in result.stderr
    assert "notes.txt" not in result.stderr
    there = {str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()}
    assert there == PARTS | {
        "inputs/other.geojson", "inputs/flight.geojson", "inputs/notes.txt", "style.css",
    }  # fmt: skip


def test_an_archive_that_is_no_kit_gets_a_sentence(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("../index.html", b"<p>Hello.")
    (tmp_path / "broken.zip").write_bytes(b"PK\3\4 and no more")
    (tmp_path / "empty").mkdir()
    for name in ("other.zip", "broken.zip", "empty"):
        result = run("verify", tmp_path / name)
        assert result.exit_code == 1
        assert name in result.output
        assert re.search("no kit of|archive of a kit|no findings of howclose", result.stderr)
        assert len(result.stderr.splitlines()) == 1
        assert "Traceback" not in result.output


def test_a_kit_without_findings_is_whole(flight: Path):
    made = kit_of_tracks(page(read_tracks(flight), zones=[]), {})

    assert set(made) == PARTS
