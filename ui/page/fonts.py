"""Chooses the font families of a page by its script, from the families of every platform."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from reader.settings import PageFont


class Script(StrEnum):
    """A script, as far as its fonts differ: Chinese has three, by region."""

    SC = "SC"
    TC = "TC"
    HK = "HK"
    JP = "JP"
    KR = "KR"
    LATIN = "Latin"


# Common characters in pairs: simplified, traditional.
_PAIRS = (
    "们們这這来來对對说說国國时時过過会會为為学學发發还還进進没沒个個经經问問关關开開无無当當两兩"
    "从從样樣动動间間现現实實样樣点點应應长長头頭让讓华華东東车車马馬见見书書话話给給战戰产產业業"
    "报報导導选選举舉权權义義员員务務机機构構电電视視网網线線级級约約结結总總统統维維记記论論议議"
    "讲講认認识識许許请請读讀谁誰谈談变變门門闻聞队隊阳陽阴陰阶階际際陆陸陈陳难難题題领領颜顏风風"
    "飞飛饭飯馆館驻駐验驗鸟鳥鱼魚龙龍齐齊龄齡亚亞亲親仅僅优優传傳伤傷众眾觉覺觀观节節苏蘇药藥"
    "语語词詞译譯该該详詳误誤贵貴费費资資质質购購较較输輸达達远遠连連运運适適遗遺释釋针針钟鐘铁鐵"
    "银銀错錯镇鎮闭閉阅閱随隨须須顾顧预預频頻兴興农農冲衝决決击擊刘劉创創剧劇办辦劳勞势勢医醫历歷"
    "厅廳双雙号號吗嗎响響团團围圍图圖圆圓场場块塊坚堅坏壞处處备備够夠奋奮妈媽孙孫宝寶宁寧审審宪憲"
    "宽寬对對尔爾尽盡层層岁歲币幣师師帮幫带帶庆慶库庫张張归歸录錄忆憶怀懷态態惊驚惯慣战戰户戶"
    "担擔择擇抢搶护護拥擁损損换換据據摄攝敌敵数數断斷旧舊显顯术術杀殺杂雜条條极極标標检檢楼樓欢歡"
)
_SIMPLIFIED = re.compile(f"[{''.join(sorted(set(_PAIRS[0::2]) - set(_PAIRS[1::2])))}]")
_TRADITIONAL = re.compile(f"[{''.join(sorted(set(_PAIRS[1::2]) - set(_PAIRS[0::2])))}]")
_HONG_KONG = re.compile("[嘅咗喺哋嚟啲嗰嘢佢咁唔冇綫衞裏羣麪滙邨]")
_KANA = re.compile("[\u3041-\u30fa\u31f0-\u31ff]")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LETTER = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u052f]")
_LOOKED_AT = 6000

_SANS: dict[Script, tuple[str, ...]] = {
    Script.SC: (
        "PingFang SC",
        "Microsoft YaHei UI",
        "Microsoft YaHei",
        "Noto Sans CJK SC",
        "Noto Sans SC",
        "Source Han Sans SC",
        "Source Han Sans CN",
        "WenQuanYi Micro Hei",
    ),
    Script.TC: (
        "PingFang TC",
        "Microsoft JhengHei UI",
        "Microsoft JhengHei",
        "Noto Sans CJK TC",
        "Noto Sans TC",
        "Source Han Sans TC",
        "Source Han Sans TW",
    ),
    Script.HK: (
        "PingFang HK",
        "Microsoft JhengHei UI",
        "Microsoft JhengHei",
        "Noto Sans CJK HK",
        "Noto Sans HK",
        "Source Han Sans HC",
        "Noto Sans CJK TC",
    ),
    Script.JP: (
        "Hiragino Sans",
        "Yu Gothic UI",
        "Meiryo UI",
        "Noto Sans CJK JP",
        "Noto Sans JP",
        "Source Han Sans",
    ),
    Script.KR: (
        "Apple SD Gothic Neo",
        "Malgun Gothic",
        "Noto Sans CJK KR",
        "Noto Sans KR",
        "Source Han Sans K",
    ),
    Script.LATIN: (
        ".AppleSystemUIFont",
        "Segoe UI",
        "Inter",
        "Source Sans 3",
        "Noto Sans",
        "Cantarell",
        "Ubuntu",
        "Noto Sans CJK KR",  # Its quotes are as narrow as letters, and its letters are those of Source Sans.
        "Liberation Sans",
        "DejaVu Sans",
    ),
}
_SERIF: dict[Script, tuple[str, ...]] = {
    Script.SC: ("Songti SC", "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "SimSun"),
    Script.TC: ("Songti TC", "Noto Serif CJK TC", "Noto Serif TC", "Source Han Serif TC", "PMingLiU"),
    Script.HK: (
        "Songti TC",
        "Noto Serif CJK HK",
        "Noto Serif HK",
        "Noto Serif CJK TC",
        "Source Han Serif HC",
        "MingLiU_HKSCS",
    ),
    Script.JP: (
        "Hiragino Mincho ProN",
        "Yu Mincho",
        "Noto Serif CJK JP",
        "Noto Serif JP",
        "Source Han Serif",
    ),
    Script.KR: ("AppleMyungjo", "Batang", "Noto Serif CJK KR", "Noto Serif KR", "Source Han Serif K"),
    Script.LATIN: (
        "New York",
        "Charter",
        "Georgia",
        "Source Serif 4",
        "Noto Serif",
        "Noto Serif CJK KR",
        "P052",
        "Liberation Serif",
        "DejaVu Serif",
    ),
}
_MONO = (
    "SF Mono",
    "Menlo",
    "Cascadia Mono",
    "Consolas",
    "JetBrains Mono",
    "Noto Sans Mono",
    "DejaVu Sans Mono",
    "Liberation Mono",
)


def script_of(text: str) -> Script:
    """Return the script of `text`, judged by the characters at its beginning."""
    sample = text[:_LOOKED_AT]
    han, kana, hangul = (len(kind.findall(sample)) for kind in (_HAN, _KANA, _HANGUL))
    if hangul > han:
        return Script.KR
    if kana * 8 > han and kana > 3:
        return Script.JP
    # A Latin article may have a few Chinese names, a Chinese one has whole sentences.
    if (han + kana + hangul) * 6 < len(_LETTER.findall(sample)) or not han:
        return Script.LATIN
    return _chinese(sample)


def _chinese(sample: str) -> Script:
    simplified, traditional = len(_SIMPLIFIED.findall(sample)), len(_TRADITIONAL.findall(sample))
    if simplified >= traditional:
        return Script.SC
    local = len(_HONG_KONG.findall(sample))
    return Script.HK if local * 40 > traditional else Script.TC


def page_families(script: Script, font: PageFont, installed: Collection[str]) -> list[str]:
    """Return the installed families for a page in `script`, best first.

    On a CJK page the CJK family comes first, so that quotes and dashes have the width of its characters.
    """
    table = _SERIF if font is PageFont.SERIF else _SANS
    cjk = Script.SC if script is Script.LATIN else script
    order = (Script.LATIN, cjk) if script is Script.LATIN else (script, Script.LATIN)
    rest = [other for other in (Script.SC, Script.TC, Script.JP, Script.KR) if other not in order]
    found = [_first(table[each], installed) or _first(_SANS[each], installed) for each in (*order, *rest)]
    return [family for family in dict.fromkeys(found) if family]


def latin_families(font: PageFont, installed: Collection[str]) -> list[str]:
    """Return the families for Latin quotes and apostrophes on a CJK page."""
    table = _SERIF if font is PageFont.SERIF else _SANS
    family = _first(table[Script.LATIN], installed)
    return [family] if family else []


def mono_families(script: Script, installed: Collection[str]) -> list[str]:
    """Return the families for code."""
    mono = _first(_MONO, installed)
    return ([mono] if mono else []) + page_families(script, PageFont.SANS, installed)


def _first(names: tuple[str, ...], installed: Collection[str]) -> str | None:
    return next((name for name in names if name in installed), None)
