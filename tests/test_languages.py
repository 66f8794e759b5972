"""A page in another language: every word of it, the story's own words, its kit, and verify."""

from __future__ import annotations

import html.parser
import math
import re
import string
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import numpy as np
import orjson
import pytest
from PIL import Image
from stories import june, line, small_story, toml, written
from typer.testing import CliRunner

from geo import check, read_tracks, zone
from geo.catalogue import zones
from geo.disputes import disputes
from geo.errors import LanguageError, OutputError, StoryError
from geo.rounding import Doubtful
from geo.story import Story, read_story
from geo.track import Track
from geo.words import form, language, languages, speaking, speech
from geo.words.speech import MONTHS
from layers import glyphs, page
from layers.cli import app
from layers.kit import at_address, kit
from layers.pages import Page
from layers.picture import card, no_font, picture
from layers.story_page import Told, story_page, tell
from layers.text import escape
from layers.verify import verify

FOREIGN = [code for code in languages() if code != "en"]

# ------------------------------------------------------------- no word escapes the catalogue

OPEN, CLOSE = "⟦", "⟧"
# What forms write themselves, and signs of units and clocks that every language has.
SIGNS: Final = {"UTC", *MONTHS}
SPOKEN: Final = {"alt", "title", "aria-label", "content", "placeholder"}


def bracketed(message: Any) -> Any:
    """Return a message whose own words, not those that are put in, stand in brackets."""
    if isinstance(message, dict):
        return {k: bracketed(v) for k, v in message.items()}
    if isinstance(message, list):
        return [f"{OPEN}{m}{CLOSE}" for m in message]
    if not isinstance(message, str):
        return message
    out = ""
    for before, name, spec, _ in string.Formatter().parse(message):
        own = before.replace("{", "{{").replace("}", "}}")
        out += f"{OPEN}{own}{CLOSE}" if re.search(r"[^\W\d_]", own) else own
        if name:
            out += f"{{{name}{':' if spec else ''}{spec or ''}}}"
    return out


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A language that is English with every message in brackets."""
    folder = tmp_path / "words"
    folder.mkdir()
    messages = language("en").messages
    sections: dict[str, dict[str, Any]] = {}
    for key, message in messages.items():
        section, _, name = key.partition(".")
        keep = section in {"language", "date"}
        sections.setdefault(section, {})[name] = message if keep else bracketed(message)
    sections["language"]["name"] = "Pseudo"
    names = {
        kind: {k: f"{OPEN}{v}{CLOSE}" for k, v in table.items()}
        for kind, table in language("en").names.items()
    }
    sections |= {f"names.{kind}": table for kind, table in names.items()}
    text = toml({name: _quoted(table) for name, table in sections.items()})
    for code in languages():
        original = (speech.FOLDER / f"{code}.toml").read_text(encoding="utf-8")
        (folder / f"{code}.toml").write_text(original, encoding="utf-8")
    (folder / "qps.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(speech, "FOLDER", folder)
    return "qps"


def _quoted(table: dict[str, Any]) -> dict[str, Any]:
    return {f'"{name}"': value for name, value in table.items()}


class Seen(html.parser.HTMLParser):
    """Every text of a page that is seen or heard: nodes, attributes, and the script's data."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._id: str | None = None
        self._hidden = False
        self._data = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._hidden = tag in {"script", "style"}
        self._id = told.get("id") if told.get("type") == "application/json" else None
        meta = told.get("name") in {"viewport", "generator"} or "http-equiv" in told
        if not (tag == "meta" and meta):
            self.texts += [v for k, v in attrs if k in SPOKEN and v]
        if tag == "img":
            drawn = unquote((told.get("src") or "").partition(",")[2])
            self.texts += map(closed, re.findall(r"<text[^>]*>([^<]*)</text>", drawn))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - as the parser calls it
        if self._id is not None:
            self.texts += said_in(self._id, orjson.loads(self._data))
        self._hidden, self._id, self._data = False, None, ""

    def handle_data(self, data: str) -> None:
        if self._id is not None:
            self._data += data
        elif not self._hidden and data.strip():
            self.texts.append(data)


def closed(text: str) -> str:
    """Return a line of a picture with the bracket that it lost where it was cut for a phone."""
    more = text.count(OPEN) - text.count(CLOSE)
    return OPEN * max(-more, 0) + text + CLOSE * max(more, 0)


def said_in(id_: str, data: Any) -> Iterator[str]:
    """Yield what the script shows of a block of data."""
    if id_ == "howclose-words":
        yield from texts_of(data)
    elif id_ == "howclose-details":
        for detail in data.values():
            for words in (detail["title"], *detail["lines"]):
                yield words if isinstance(words, str) else "".join(text for text, *_ in words)
    elif isinstance(data, dict) and "labels" in data:
        for label in data["labels"]:
            yield from (text for text, _ in label["lines"])
        yield from (s["title"] for s in data["shapes"] if "title" in s)


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for v in value.values():
            yield from texts_of(v)
    elif isinstance(value, list):
        for v in value:
            yield from texts_of(v)


def unbroken(text: str) -> str:
    """Return HTML without what only keeps a line from breaking."""
    return re.sub(r'<span class="hc-w">([^<]*)</span>', r"\1", text)


def escaped_words(page_: Page, given: set[str]) -> set[str]:
    """Return the words of a page that stand outside brackets and are nobody's input."""
    seen = Seen()
    seen.feed(unbroken(page_.html))
    seen.close()
    assert sum(t.count(OPEN) for t in seen.texts) > 50
    found = set()
    for text in seen.texts:
        rest = re.sub(f"{OPEN}[^{CLOSE}]*{CLOSE}", " ", text)
        rest = re.sub(r"(?<=\d)\u00a0(?=\w{3,} \d{4})", " ", rest)  # a day and its month
        for words in sorted(given, key=len, reverse=True):
            rest = rest.replace(words, " ").replace(words.upper(), " ")
            rest = rest.replace(words.replace("\u00a0", " "), " ")
        found |= {w for w in re.findall(r"[^\W\d_]{2,}", rest) if w not in SIGNS}
    return found


def given_by(told: Told | None = None) -> set[str]:
    """Return the names that come with the data, and the words of a story."""
    names = {z.name for z in zones()} | {z.name.partition(" of ")[2] for z in zones()}
    names |= {n.removeprefix("the ") for n in names} | {f"the {n}" for n in names}
    # On a phone the name of a sea stands in two lines.
    names |= {half for z in zones() if z.kind == "sea" for half in z.name.rsplit(" ", 1)}
    names |= {z.source for z in zones()} | {z.licence for z in zones()}
    for d in disputes():
        names |= {d.name, d.data, d.name.split(" (")[0], *(text for _, text in d.readings)}
    if told is not None:
        names |= set(texts_of(told.story.document.model_dump(mode="json")))
        names |= {f"{f.label}" for f in told.story.document.flight}
        for i in told.findings.inputs:
            names |= {i.path, i.sha256, i.format}
    return {n for n in names | {n[:1].upper() + n[1:] for n in names} if len(n) > 1}


def test_no_word_of_a_story_page_escapes_the_catalogue(told: Told, pseudo: str):
    page_ = story_page(told, pseudo)

    assert escaped_words(page_, given_by(told)) == set()


CLAIMS = [
    {"kind": "came_within", "of": "airspace:USA", "value": 30, "units": ["NM", "mi"]},
    {"kind": "stayed_outside", "of": "airspace:USA"},
    {"kind": "left_after", "of": "airspace:USA", "value": 20},
    {"kind": "first_since"},
    {"kind": "count", "value": 2, "counts": "aircraft", "noun": "Tu-95"},
]


@pytest.fixture
def flown(tmp_path: Path) -> Story:
    """A recorded flight with a gap that may hide an entry, and claims of it."""
    points = [(-172.0 - 0.1 * i, 59.0) for i in range(12)]
    minutes = [float(i) for i in range(6)] + [float(i) + 40 for i in range(6, 12)]
    return small_story(tmp_path, line(points, minutes, callsign="SEEN1"), CLAIMS)


def test_no_word_of_a_recorded_story_escapes_the_catalogue(flown: Story, pseudo: str):
    told = tell(flown)

    assert escaped_words(story_page(told, pseudo), given_by(told)) == set()


@pytest.mark.parametrize("colour", ["flight", "distance", "height"])
def test_no_word_of_a_map_escapes_the_catalogue(colour: Any, pseudo: str, data: Path):
    tracks = read_tracks(data / "flights.csv", data / "drawn.geojson", tz="UTC")
    around = [
        zone("airspace:USA"),
        zone("airspace:RUS"),
        zone("territory:USA"),
        zone("adiz:alaska"),
    ]
    found = check(tracks, around)
    given = given_by() | {t.name for t in tracks} | {t.flight for t in tracks}
    for i in found.inputs:
        given |= {i.path, i.sha256, i.format, *i.rejected}

    page_ = page(tracks, findings=found, colour=colour, lang=pseudo)

    assert escaped_words(page_, given) == set()


@pytest.mark.samples
def test_no_word_of_a_spoofed_flight_escapes_the_catalogue(pseudo: str, samples: Path):
    tracks = read_tracks(samples / "noisy" / "noisy_spoofing.json.gz")
    found = check(tracks, [zone("airspace:UKR"), zone("airspace:RUS")])
    given = given_by() | {t.name for t in tracks} | {t.flight for t in tracks}
    given |= {r for t in tracks for r in t.disbelieved.reasons}
    given |= {why for i in found.inputs for why in i.rejected}
    for i in found.inputs:
        given |= {i.path, i.sha256, i.format}

    assert escaped_words(page(tracks, findings=found, lang=pseudo), given) == set()


# ------------------------------------------------------------------- the story's own words


@pytest.mark.parametrize("code", FOREIGN)
def test_the_story_that_ships_is_told_whole_in_every_language(told: Told, code: str):
    text = unbroken(story_page(told, code).html)
    # Only quotes, and what names the sources of the borders, stay in English.
    foreign = re.findall(r'<(\w+) lang="en">([^<]*)<', text)
    quotes = {c.quote for c in told.story.document.claim}
    assert {tag for tag, _ in foreign} == {"q", "span"}
    assert {words for tag, words in foreign if tag == "q"} <= {escape(q) for q in quotes}
    assert all("OpenStreetMap" in words for tag, words in foreign if tag == "span")
    assert f'<html lang="{code}">' in text


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("ru", "NORAD: 32 морские мили (59 км) от берегов Аляски; трек полёта не опубликован."),
        ("ja", "NORAD：アラスカの海岸から32海里（59km）。航跡は公表されていない。"),
    ],
)
def test_the_answer_is_told_in_the_language(told: Told, code: str, answer: str):
    assert story_page(told, code).answer.replace("\u00a0", " ") == answer


def test_the_findings_that_a_page_carries_are_the_same_in_every_language(told: Told, june: Page):
    for code in FOREIGN:
        assert story_page(told, code).findings.to_json() == june.findings.to_json()


def test_a_word_without_translation_stays_and_is_marked(tmp_path: Path):
    document = june()
    document["lang"] = {"ru": {"story": {"title": "Заголовок"}, "flight": {"b52h": {"name": "Б"}}}}
    told = story_of(tmp_path, document)

    text = unbroken(story_page(told, "ru").html)

    assert "<h1>Заголовок</h1>" in text
    assert f'<p class="hc-sub"><span lang="en">{told.story.head.subtitle}</span></p>' in text
    assert "NORAD</span>: 32" in text.replace("\u00a0", " ")
    assert '"title":"Б"' in text
    assert (
        '["Tu-95MS","en","hc-w"],[", first formation","en"]' in text
    )  # words that the script writes


def story_of(folder: Path, document: dict[str, Any]) -> Told:
    return tell(read_story(written(folder, document)))


def test_a_story_may_be_in_another_language_itself(tmp_path: Path, flown: Story):
    document = {
        "story": {"id": "own", "title": "Свой рассказ", "date": flown.head.date, "lang": "ru"}
    }
    path = tmp_path / "own.toml"
    path.write_text(toml(document) + ROUTE, encoding="utf-8")

    told = tell(read_story(path))

    assert '<html lang="ru">' in story_page(told).html
    assert "<h1>Свой рассказ</h1>" in story_page(told).html
    foreign = unescape(story_page(told, "en").html)
    assert '<h1><span lang="ru">Свой рассказ</span></h1>' in foreign


ROUTE = """
[[flight]]
id = "one"
name = "Ту-95"
route = [[-170.0, 55.0], [-172.0, 58.0]]
half_width = "40 km"
zones = ["airspace:USA"]
"""


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"ru": {"flight": {"b53h": {"name": "Б"}}}}, "lang.ru names the flight 'b53h', which is"),
        ({"ru": {"claim": {"pair": {"quote": "…"}}}}, "lang, ru, claim, pair, quote is not known"),
        ({"ru": {"titel": "…"}}, "lang, ru, titel is not known here: is it misspelt"),
        ({"xx": {"story": {"title": "…"}}}, "'xx' is no language that howclose speaks: en, ja, ru"),
        ({"en": {"story": {"title": "…"}}}, "lang.en: the story itself is in this language"),
        ({"ru": {"incident": {"3 Tu-160": "…"}}}, "lang.ru: no incident has the words '3 Tu-160'"),
        (
            {"ru": {"claim": {"thursday": {"spans": ["…"]}}}},
            "spans has 1 words, but the claim has 2",
        ),
    ],
)
def test_what_is_wrong_in_a_translation_is_told(tmp_path: Path, table: dict[str, Any], words: str):
    path = written(tmp_path, {**june(), "lang": table})

    with pytest.raises(StoryError, match=re.escape(words)):
        read_story(path)


# --------------------------------------------------------------------- kits, verify, commands


@pytest.mark.parametrize("code", FOREIGN)
def test_verify_holds_a_page_in_every_language_and_finds_a_changed_word(
    tmp_path: Path, told: Told, code: str
):
    (tmp_path / "june-2020.toml").write_bytes(told.story.files["june-2020.toml"])
    made = at_address(story_page(told, code), "https://news.example/june")
    path = made.save(tmp_path / "index.html")
    assert verify(path).differs == ()

    text = path.read_text(encoding="utf-8")
    for old, new, words in (
        ("NORAD", "NOARD", "NOARD"),
        (f'<html lang="{code}">', '<html lang="xx">', "its language is 'xx'"),
        (f'<html lang="{code}">', '<html lang="en">', "worked out again it says"),
    ):
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        assert any(words in d for d in verify(path).differs), words


def test_a_page_at_an_address_says_its_language_to_who_links_to_it(told: Told, june: Page):
    address = "https://news.example/june"

    assert (
        '<meta property="og:locale" content="ja_JP">'
        in at_address(story_page(told, "ja"), address).html
    )
    assert "og:locale" not in at_address(june, address).html


def test_a_kit_speaks_the_language_of_its_page(told: Told):
    parts = kit(story_page(told, "ru"), told.story.files, date="19 июня 2020")

    assert parts["caption.txt"].decode().startswith("NORAD: 32 морские мили (59 км) от берегов")
    assert parts["alt.txt"].decode().startswith("Карта: Берингово и Охотское моря.")
    assert "Показано: 19 июня 2020." in parts["credit.txt"].decode()
    assert "Показать всё" in parts["embed/amp.html"].decode()
    assert "Насколько близко" in parts["embed/iframe.html"].decode()
    assert "HOW TO HOST IT" in parts["README.txt"].decode()


def test_the_command_speaks_and_says_when_it_cannot(tmp_path: Path, data: Path):
    def run(*words: str | Path) -> tuple[int, str]:
        result = CliRunner().invoke(app, [str(w) for w in words])
        return result.exit_code, result.output

    out = tmp_path / "map.html"
    code, said = run("map", data / "trace.json", "-z", "USA", "--lang", "ja", "-o", out)
    assert code == 0, said
    assert '<html lang="ja">' in out.read_text(encoding="utf-8")
    for words in (("map", data / "trace.json", "-o", tmp_path / "no.html"), ("story",)):
        code, said = run(*words, "--lang", "de")
        assert code == 1
        assert said.startswith("There is no language 'de'. Those that there are: en (English), ja")
    assert not (tmp_path / "no.html").exists()


def test_a_page_made_in_python_speaks(data: Path):
    tracks = read_tracks(data / "trace.json")

    text = page(tracks, zones=["airspace:USA"], lang="ru").html

    assert "воздушного пространства США" in text
    with pytest.raises(LanguageError, match="no language 'de'"):
        page(tracks, lang="de")
    with pytest.raises(OutputError):
        page([], lang="ru")


# --------------------------------------------------------------------------------- pictures


def test_where_no_font_has_the_script_pictures_are_in_english_and_it_is_told(
    told: Told, june: Page, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(glyphs, "_others", tuple)
    for function in (glyphs._font_of, glyphs._advance):
        function.cache_clear()
    from layers.picture import _drawable

    _drawable.cache_clear()
    try:
        page_ = story_page(told, "ja")
        assert "日本語" in no_font("ja")
        assert no_font("ru") == no_font("en") == ""
        assert card(page_) == card(june)
        assert picture(page_, 300, 200) == picture(june, 300, 200)
        assert "アラスカ".encode() in picture(page_, form="svg")
        readme = kit(page_, {})["README.txt"].decode()
        assert "(in English: no font had the script of the page)" in readme
    finally:
        for function in (glyphs._font_of, glyphs._advance, _drawable):
            function.cache_clear()


def test_what_no_font_has_is_a_question_mark_and_never_a_box():
    nobody = "\U000e0fff"  # a code point that Unicode has not given to anybody

    pieces = [run for _, run in glyphs.runs("sans", f"a{nobody}b")]

    assert "".join(pieces) == "a?b"
    assert glyphs.width("sans", 10, nobody) == glyphs.width("sans", 10, "?")


def test_japanese_breaks_between_characters_but_not_before_a_full_stop():
    room = 4.5 * glyphs.width("sans", 20.0, "爆")  # whichever font has it, or none
    lines = glyphs.wrapped("sans", 20.0, "爆撃機はどこまで近づいたのか。", room, 9)

    assert len(lines) > 2
    assert "".join(lines) == "爆撃機はどこまで近づいたのか。"
    assert not any(one.startswith("。") for one in lines)
    assert glyphs.wrapped("sans", 20.0, "two words", 1000.0, 1) == ["two words"]


def test_a_long_word_makes_a_title_smaller_rather_than_cut():
    word = "бомбардировщики?"
    room = 0.8 * glyphs.width("serif-bold", 42.0, word)

    size = glyphs.fitting("serif-bold", 42.0, f"подошли {word}", room, 20.0)

    assert glyphs.width("serif-bold", size, word) <= room + 1e-6
    assert glyphs.wrapped("serif-bold", size, word, room + 1e-6, 1) == [word]
    assert glyphs.fitting("serif-bold", 42.0, "a b", room, 20.0) == 42.0


def test_a_picture_in_japanese_differs_where_there_is_a_font(told: Told, june: Page):
    if no_font("ja"):
        pytest.skip("no font for Japanese is here: on Debian, apt-get install fonts-noto-cjk")
    from io import BytesIO

    one, other = (np.asarray(Image.open(BytesIO(card(p))).convert("RGB"))
                  for p in (june, story_page(told, "ja")))  # fmt: skip

    assert (one[:, :400] != other[:, :400]).any()


def test_names_of_seas_lean_only_where_the_script_has_italics(told: Told):
    with speaking("ja"):
        from layers.items import face_of
        from layers.looks import style_of

        assert face_of(style_of("hc-label sea")) == "serif"
    assert face_of(style_of("hc-label sea")) == "serif-italic"
    assert language("ja").flag("language.italics") is False
    assert ".hc-label{font-style:normal!important}" in story_page(told, "ja").html
    assert ".hc-label{font-style:normal!important}" not in story_page(told, "ru").html
    assert "Hiragino Sans" in story_page(told, "ja").html


def test_the_script_gets_the_words_of_its_page_and_no_others(told: Told, june: Page):
    def words(page_: Page) -> dict[str, Any]:
        block = page_.html.partition('id="howclose-words">')[2].partition("</script>")[0]
        out: dict[str, Any] = orjson.loads(block)
        return out

    assert "unit" not in words(june)
    assert words(story_page(told, "ru"))["unit"]["km"] == "{n}\u00a0км"
    assert words(story_page(told, "ja"))["play"] == "再生"
    assert "Play" not in words(story_page(told, "ja")).values()
    assert language("en").table("script")["inside"] == "{d} inside"


# ---------------------------------------------------------------------------- in a browser


@pytest.mark.browser
@pytest.mark.parametrize("code", ["en", *FOREIGN])
def test_the_script_writes_lengths_as_the_page_did(browser: Any, tmp_path: Path, code: str):
    from browsing import visit

    path = page([long_flight()], zones=["airspace:USA", "airspace:RUS"], lang=code).save(
        tmp_path / "map.html"
    )
    with visit(browser, path) as seen:
        lengths = "[...document.querySelectorAll('data.hc-length')].map(d => d.textContent)"
        before = seen.page.evaluate(lengths)
        seen.page.locator("input[value=km]").first.check()
        km = seen.page.evaluate(lengths)
        seen.page.locator("input[value=both]").check()

        assert seen.page.evaluate(lengths) == before
        with speaking(code):
            told = seen.page.evaluate(
                "[...document.querySelectorAll('data.hc-length')].map("
                "d => [d.value, d.dataset.low, d.dataset.high].map(Number))"
            )
            values = [v if math.isnan(high) else Doubtful(v, low, high) for v, low, high in told]
            assert km == [form("km", v) for v in values]
            assert before == [form("nm_km", v) for v in values]
        assert len(before) >= 2
        assert any(v > 1_000_000 for v in values)  # so that thousands are grouped
        seen.page.locator("input[value=local]").check()  # a clock of every language is cut short
        assert seen.complaints == []


def long_flight() -> Track:
    """A flight that comes from far and is within US airspace for a while."""
    lon = np.linspace(-150.0, -100.0, 30)
    return Track("far", lon, np.full(30, 45.0), np.arange(30) * 300.0)


@pytest.mark.browser
@pytest.mark.parametrize("code", FOREIGN)
@pytest.mark.parametrize("width", [360, 600, 1200])
def test_nothing_hangs_over_the_edge_of_a_page_in_another_language(
    browser: Any, told: Told, tmp_path: Path, code: str, width: int
):
    from browsing import visit

    path = story_page(told, code).save(tmp_path / "story.html")
    with visit(browser, path, viewport={"width": width, "height": 900}) as seen:
        seen.open_details()

        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.page.evaluate("document.documentElement.lang") == code
        assert seen.complaints == []
        assert seen.foreign == []
        cut = seen.page.evaluate(
            """() => [...document.querySelectorAll(".hc-tools label,.hc-verdict,tbody th,.hc-go")]
              .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
              .map(e => e.textContent)"""
        )
        assert cut == []


@pytest.mark.browser
def test_hostile_translations_stay_text(browser: Any, tmp_path: Path):
    from browsing import visit

    nasty = "</script><img src=x onerror=\"window.hacked='img'\">{{7*7919}}{% if %}⟦`${1}"
    document = june(translated=True)
    for table in document["lang"]["ru"].values():
        for key, value in table.items():
            table[key] = nasty if isinstance(value, str) else {
                k: v if isinstance(v, list) else nasty for k, v in value.items()
            }  # fmt: skip
    told = story_of(tmp_path, document)

    path = story_page(told, "ru").save(tmp_path / "story.html")
    with visit(browser, path) as seen:
        assert seen.page.evaluate("window.hacked") is None
        assert seen.page.locator("h1").text_content() == nasty
        assert str(7 * 7919) not in seen.text()
        assert seen.refused == []
