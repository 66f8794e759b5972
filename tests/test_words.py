"""The catalogues of words: the same keys in each, the right plural forms, numbers and dates."""

from __future__ import annotations

import copy
import pickle
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import geo
from geo.catalogue import zone, zones
from geo.clean import HOVER, SPIKE, UNREACHED
from geo.disputes import disputes
from geo.errors import LanguageError
from geo.words import (
    Language,
    figure,
    form,
    joined,
    language,
    languages,
    nm_and_km,
    said,
    say,
    sentences,
    speaking,
)
from geo.words.forms import FORMS
from geo.words.speech import FOLDER
from layers.cli import app

FOREIGN = [code for code in languages() if code != "en"]
KM = 1000.0
NM = 1852.0


def plain(text: str) -> str:
    """Return text with common spaces."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


def templates(message: Any) -> Iterator[str]:
    """Yield the texts of a message: one, or those of its plural forms."""
    if isinstance(message, str):
        yield message
    elif isinstance(message, dict):
        yield from message.values()


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


# --------------------------------------------------------------------------- the catalogues


def test_english_russian_and_japanese_are_there():
    assert {"en", "ja", "ru"} <= set(languages())
    assert languages()["ja"] == "日本語"


@pytest.mark.parametrize("code", FOREIGN)
def test_every_catalogue_has_the_keys_of_english(code: str):
    assert language(code).messages.keys() == language("en").messages.keys()


@pytest.mark.parametrize("code", FOREIGN)
def test_every_message_has_the_placeholders_of_the_english_one(code: str):
    english, other = language("en").messages, language(code).messages
    for key, message in english.items():
        wanted = set().union(*map(fields, templates(message)))
        for template in templates(other[key]):
            assert fields(template) == wanted, key


@pytest.mark.parametrize("code", languages())
def test_every_form_of_a_placeholder_is_known(code: str):
    counted = {k.removeprefix("plural.") for k in language("en").messages if k.startswith("plural")}
    for key, message in language(code).messages.items():
        for template in templates(message):
            for _, _, spec, _ in string.Formatter().parse(template):
                for one in (spec or "").split("|"):
                    assert one.partition(".")[0] in {"", *FORMS, *counted}, key


def test_every_form_is_in_the_docs():
    text = (Path(__file__).parents[1] / "docs" / "languages.md").read_text(encoding="utf-8")

    assert [name for name in FORMS if f"`{name}" not in text] == []


def test_the_docs_and_the_help_name_every_language():
    help_ = CliRunner().invoke(app, ["story", "--help"], env={"COLUMNS": "200"}).output
    text = (Path(__file__).parents[1] / "docs" / "command-line.md").read_text(encoding="utf-8")

    for code in languages():
        assert f"`{code}`" in text
        assert re.search(rf"kit: .*\b{code}\b", help_)


@pytest.mark.parametrize("code", languages())
def test_a_plural_has_each_form_that_cldr_has_for_the_language(code: str):
    from babel import Locale

    wanted = set(Locale.parse(language(code).locale).plural_form.tags) | {"other"}
    for key, message in language(code).messages.items():
        if isinstance(message, dict):
            assert message.keys() == wanted, key


@pytest.mark.parametrize("code", FOREIGN)
def test_seas_zones_that_are_not_sovereign_and_disputes_have_names(code: str):
    names = language(code).names
    for kind in ("sea", "adiz", "treaty"):
        assert {z.id for z in zones(kind)} <= names["zone"].keys()
    assert {d.id for d in disputes()} == names["dispute"].keys()
    for d in disputes():
        assert len(names["dispute"][d.id]["readings"]) == len(d.readings), d.id


@pytest.mark.parametrize("code", FOREIGN)
def test_the_airspace_of_every_country_has_a_name_in_every_case_that_messages_ask_for(code: str):
    told = language(code)
    cases = {""} | {
        spec.partition("|")[0].partition(".")[2]
        for message in told.messages.values()
        for template in templates(message)
        for _, _, spec, _ in string.Formatter().parse(template)
        if spec and spec.startswith("zone.")
    }
    for one in zones():
        for case in cases:
            name = told.fill(f"{{zone:zone.{case}}}", {"zone": one})
            assert name.strip() == name
            assert {kind for _, kind in name.parts} == {""}, f"{one.id} is not in {code}"
            assert " (" not in name or "ADIZ" in name or "60" in name, name


def test_a_language_that_is_not_there_gets_a_sentence():
    for code in ("xx", "../en", "", "EN"):
        with pytest.raises(LanguageError, match=r"Those that there are: en \(English\), ja"):
            language(code)


def test_what_a_catalogue_lacks_is_said_in_english_and_marked():
    half = Language("ru", {"language": {"locale": "ru_RU"}, "plural": {}})

    words = half.say("doubt.gap_exit", gap="a gap of 8 min")

    assert words == "a gap of 8 min may hide an exit"
    assert {kind for _, kind in words.parts} == {"en"}


@pytest.mark.parametrize("code", FOREIGN)
def test_every_reason_for_which_fixes_are_dropped_or_disbelieved_has_a_name(code: str):
    folder = Path(geo.__file__).parent
    sources = [
        p.read_text(encoding="utf-8") for p in (*folder.glob("*.py"), *folder.rglob("r*/*.py"))
    ]
    dropped = {w for s in sources for w in re.findall(r'(?:drop\(|rejected\[)"([^"]+)"', s)}
    assert {"stale", "unreadable", "disbelieved", "ground"} <= dropped
    assert dropped <= language(code).names["rejected"].keys()
    assert {HOVER, SPIKE, UNREACHED} == language(code).names["reason"].keys()


# ----------------------------------------------------------------- plurals, numbers and dates


@pytest.mark.parametrize(
    ("code", "value", "digits", "words"),
    [
        # Unicode CLDR, "Language Plural Rules": ru one (1, 21), few (2–4, 22–24), many (0, 5–20),
        # other (fractions).
        ("ru", 1, 0, "1 морская миля"),
        ("ru", 2, 0, "2 морские мили"),
        ("ru", 5, 0, "5 морских миль"),
        ("ru", 11, 0, "11 морских миль"),
        ("ru", 21, 0, "21 морская миля"),
        ("ru", 112, 0, "112 морских миль"),
        ("ru", 1.5, 1, "1,5 морской мили"),
        ("ru", 1, 1, "1,0 морской мили"),
        ("ru", 12345, 0, "12 345 морских миль"),
        ("ja", 1, 0, "1海里"),
        ("ja", 5, 0, "5海里"),
        ("ja", 1.5, 1, "1.5海里"),
        ("ja", 12345, 0, "12,345海里"),
        ("en", 1, 0, "1 nautical miles"),
        ("en", 1.5, 1, "1.5 nautical miles"),
    ],
)
def test_a_length_has_the_plural_form_of_the_figure_that_is_shown(
    code: str, value: float, digits: int, words: str
):
    with speaking(code):
        assert plain(form("long_nm", value * NM, str(digits))) == words


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 fix"), (2, "2 fixes"), (5, "5 fixes"), (21, "21 fixes")]
)
def test_english_counts_one_and_others(count: int, words: str):
    assert language("en").fill("{n:fixes}", {"n": count}) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 точка"), (2, "2 точки"), (5, "5 точек"), (11, "11 точек"), (21, "21 точка")],
)
def test_russian_counts_one_few_and_many(count: int, words: str):
    assert plain(language("ru").fill("{n:fixes}", {"n": count})) == words


def test_days_and_times_are_those_of_the_language():
    told = {}
    for code in ("en", "ru", "ja"):
        with speaking(code):
            told[code] = form("day", 1592367153), plain(form("duration", 8029.8)), form("wind", 63)
    assert told == {
        "en": ("17 June 2020", "2 h 14 min", "north-east"),
        "ru": ("17 июня 2020", "2 ч 14 мин", "СВ"),
        "ja": ("2020年6月17日", "2時間14分", "北東"),
    }


def test_places_are_those_of_the_language():
    told = {}
    for code in ("en", "ru", "ja"):
        with speaking(code):
            told[code] = plain(form("place", (-170.1, 60.25), "2"))
    assert told == {
        "en": "60.25°N 170.10°W",
        "ru": "60,25° с. ш. 170,10° з. д.",
        "ja": "北緯60.25度・西経170.10度",
    }


def test_zones_stand_in_the_case_that_a_sentence_needs():
    russia, bering = zone("airspace:RUS"), zone("sea:bering")
    ru, ja = language("ru"), language("ja")

    assert ru.fill("{z:zone}", {"z": russia}) == "воздушное пространство России"
    assert ru.fill("до {z:zone.genitive}", {"z": russia}) == "до воздушного пространства России"
    assert ru.fill("{z:zone.inside}", {"z": bering}) == "над Беринговым морем"
    assert ru.fill("{z:zone.state}", {"z": zone("airspace:USA")}) == "США"
    assert ja.fill("{z:zone}", {"z": russia}) == "ロシアの領空"
    assert ja.fill("{z:zone.state}", {"z": zone("airspace:USA")}) == "米国"


# ------------------------------------------------------------------------ what findings say


def test_what_is_said_is_english_and_knows_the_other_languages():
    usa = zone("airspace:USA")
    words = said("doubt.law", zone=usa, off_m=2800.0)

    with speaking("ru"):
        again = said("doubt.law", zone=usa, off_m=2800.0)
    assert words == "the border of the airspace of the United States may be 2.8 km off the law"
    assert again == words
    assert plain(language("ru").tell(words)) == (
        "граница воздушного пространства США в данных может расходиться с установленной законом"
        " на 2,8 км"
    )
    assert language("ja").tell(words).startswith("米国の領空の境界は")


def test_what_is_said_within_what_is_said_is_translated_too():
    long, another = said("doubt.minutes", minutes=38), said("doubt.gap_another")
    gap = said("doubt.gap", long=long, start=0.0, end=2280.0, others=another)
    words = sentences(said("claim.not_settled", why=said("doubt.gap_exit", gap=gap)), "A note.")

    assert words == (
        "The recorded track does not settle it: a gap of 38 min from 00:00 to 00:38 UTC (and"
        " another) may hide an exit. A note."
    )
    assert "перерыв в записи на 38 мин, с 00:00 до 00:38 UTC (и ещё один)" in language("ru").tell(
        words
    )


def test_a_long_gap_has_the_days_of_its_ends_in_every_language():
    long, hidden = (said("doubt.long", time_s=time_s) for time_s in (259_560.0, 255_600.0))
    gap = said("doubt.gap_days", long=long, start=32_580.0, end=292_140.0, others="")
    told = said("doubt.gap_entry_any", gap=gap, hidden=hidden)

    assert plain(language("ru").tell(told)) == (
        "перерыв в записи на 3 сут, с 09:03 1 января до 09:09 UTC 4 января, может скрывать вход"
        " длительностью до 2 сут 23 ч"
    )
    assert language("ja").tell(told) == (
        "1月1日09:03から1月4日09:09（UTC）まで3日にわたる記録の空白に、最大2日23時間、入った"
        "可能性がある"
    )


def test_what_is_said_can_be_copied_and_pickled():
    words = said("doubt.between_near", seconds=40.0, low_m=12 * KM)

    for other in (copy.deepcopy(words), pickle.loads(pickle.dumps(words))):  # noqa: S301
        assert other == words
        assert language("ja").tell(other) == language("ja").tell(words)
        assert "12km" in language("ja").tell(other)


def test_the_language_is_spoken_only_within_its_block():
    with speaking("ru"):
        assert plain(nm_and_km(59264)) == "32 мор. мили (59 км)"
        with speaking("ja"):
            assert nm_and_km(59264) == "32海里（59km）"
        assert joined(["a", "b", "c"]) == "a, b и c"
    assert plain(nm_and_km(59264)) == "32 NM (59 km)"
    assert figure(1.5) == "1.5"
    assert say("joint.and") == " and "


def test_every_catalogue_is_shipped_beside_the_code():
    for code in languages():
        tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))


def test_who_speaks_english_never_loads_babel(tmp_path: Path):
    code = (
        "import sys; from geo.words import say, form, said, nm_and_km; say('finding.none');"
        " form('day', 0); nm_and_km(1); said('doubt.drawn'); print('babel' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert run.stdout == "False\n"


@pytest.mark.parametrize(
    ("length_m", "words"),
    [(0.0, "0"), (0.2, "0.001"), (43.0, "0.04"), (430.0, "0.4"), (960.0, "1"), (7_600.0, "8")],
)
def test_less_than_a_kilometre_is_not_told_as_none(length_m: float, words: str):
    assert form("whole_km", length_m) == words
    with speaking("ru"):
        assert form("whole_km", length_m) == words.replace(".", ",")
