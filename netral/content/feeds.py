"""The files of `linimasa/`: feeds, read as written, then built, or findings that name what they still need."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from netral.content.characters import content_hash
from netral.content.findings import Findings, meant, shown
from netral.content.kinds import Text, Value
from netral.content.markdown import Cite, render_block, render_inline
from netral.content.questions import FEED, REFERENCE
from netral.content.yaml_forms import as_value, as_word, is_slug, split_list
from netral.quiz.feeds import Choice, Deed, Feed, Post, Worth
from netral.quiz.questions import Citation

FEED_KEYS = frozenset({"jenis", "dasar"})
POST_KEYS = frozenset({"angka", "gambar", "pasangan"})
DEED_WORDS = {
    Deed.SUKA: "Suka",
    Deed.KOMENTAR: "Komentar",
    Deed.BAGIKAN: "Bagikan",
    Deed.IKUTI: "Ikuti",
    Deed.ABAIKAN: "Lewati saja",
    Deed.SIMPAN_BUKTI: "Simpan bukti",
}

HEADING = re.compile(r"(#{2,6}) +(.*)$")
BRACKETED = re.compile(r"\[([^\]]*)\]\s*(.*)$")
ACCOUNT = re.compile(r"(.*?)\s*\(([^()]*)\)$")
KEY = re.compile(r"([A-Za-z_]+)\s*[:：]\s*(.*)$")
ARROW = re.compile(r"\s*(?:=+\s?>|[-–—−]+\s?>|[→⇒➔➜⟶⟹])\s*")
JUDGED = re.compile(r"\**(\w+)\**\s*(?:\|\s*(.*))?$")
DEED = re.compile(rf"({'|'.join(deed.value.replace('-', '[- ]') for deed in Deed)})\b\s*(.*)$", re.IGNORECASE)
QUOTE = re.compile(r" *> ?(.*)$")


@dataclass(slots=True)
class ChoiceSource:
    """An action as written: `- suka => AMAN`, with the story below it."""

    line: int
    written: str
    story: Text


@dataclass(slots=True)
class PostSource:
    line: int
    account: str
    keys: dict[str, Value] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    text_line: int = 0
    choices: list[ChoiceSource] = field(default_factory=list)

    def key(self, name: str) -> str:
        return self.keys[name].text if name in self.keys else ""


@dataclass(slots=True)
class FeedSource:
    id: str
    line: int
    title: str
    keys: dict[str, Value] = field(default_factory=dict)
    scene: list[str] = field(default_factory=list)
    scene_line: int = 0
    posts: list[PostSource] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ground:
    """A rule behind an action; `certain`: the action is a violation, so the rule must be `pasti`."""

    line: int
    citation: Citation
    certain: bool


@dataclass(frozen=True, slots=True)
class BuiltFeed:
    """A feed, None if it has a mistake, with the rules behind its actions."""

    source: FeedSource
    feed: Feed | None
    grounds: tuple[Ground, ...]


def read_feeds(lines: list[tuple[int, str]], found: Findings, cite: Cite) -> list[BuiltFeed]:
    """Read the feeds of a file from its normalised lines. No line is ignored."""
    reader = _Reader(found)
    for number, line in lines:
        reader.take(number, line)
    return [_Builder(source, found, cite).build() for source in reader.feeds]


def written_blocks(source: FeedSource) -> Iterator[tuple[int, str]]:
    """Yield all that people read of a feed, each with its first line."""
    yield source.line, source.title
    yield source.scene_line, "\n".join(source.scene)
    for post in source.posts:
        yield post.line, post.key("gambar")
        yield post.text_line, "\n".join(post.text)
        for choice in post.choices:
            yield choice.line, ARROW.split(choice.written)[0]
            yield choice.story.line, str(choice.story)


class _Reader:
    def __init__(self, found: Findings) -> None:
        self.found = found
        self.feeds: list[FeedSource] = []

    def take(self, number: int, line: str) -> None:
        feed = self.feeds[-1] if self.feeds else None
        post = feed.posts[-1] if feed and feed.posts else None
        if heading := HEADING.match(line):
            self._heading(number, heading, feed)
        elif feed is None:
            if line.strip():
                self.found.error(number, "L01", 'teks ini belum masuk ke lini masa. Tulis "### [id] Judul" di atasnya.')
        elif post is None:
            self._in_scene(feed, number, line)
        elif post.choices or line.startswith("- "):
            self._in_choices(post, number, line)
        else:
            self._in_post(post, number, line)

    def _heading(self, number: int, heading: re.Match[str], feed: FeedSource | None) -> None:
        bracketed = BRACKETED.match(heading[2])
        if bracketed and bracketed[1]:
            self.feeds.append(FeedSource(bracketed[1], number, bracketed[2]))
        elif heading[1] == "####" and feed is not None:
            feed.posts.append(PostSource(number, heading[2].strip()))
        else:
            message = f'judul "{shown(heading[2])}" tidak dikenal. Tulis "### [id] Judul" atau "#### Nama akun".'
            self.found.error(number, "L01", message)

    def _in_scene(self, feed: FeedSource, number: int, line: str) -> None:
        key = KEY.match(line)
        if key and not feed.scene:
            if key[1].lower() not in FEED_KEYS:
                message = f'baris "{shown(key[1])}:" tidak dikenal. {meant(key[1].lower(), FEED_KEYS)}'
                self.found.error(number, "L02", message)
            feed.keys.setdefault(key[1].lower(), Value(key[2].strip(), number))
        elif line.strip() or feed.scene:
            feed.scene_line = feed.scene_line or number
            feed.scene.append(line)

    def _in_post(self, post: PostSource, number: int, line: str) -> None:
        key = KEY.match(line)
        if key and key[1].lower() in POST_KEYS and not post.text:
            post.keys.setdefault(key[1].lower(), Value(key[2].strip(), number))
        elif quote := QUOTE.match(line):
            message = f'cerita "{shown(quote[1])}" berada sebelum tindakan. Tulis di bawah baris "- suka => ...".'
            self.found.error(number, "L03", message)
        elif line.strip() or post.text:
            post.text_line = post.text_line or number
            post.text.append(line)

    def _in_choices(self, post: PostSource, number: int, line: str) -> None:
        if line.startswith("- "):
            post.choices.append(ChoiceSource(number, line[2:].strip(), Text(number)))
        elif quote := QUOTE.match(line):
            story = post.choices[-1].story
            story.line = story.line if story.parts else number
            story.parts.append(quote[1])
        elif line.strip() and post.choices[-1].story.parts:
            post.choices[-1].story.parts.append(line)
        elif line.strip():
            message = f'teks "{shown(line.strip())}" berada sesudah tindakan. Pindahkan ke atas, atau awali dengan ">".'
            self.found.error(number, "L03", message)


class _Builder:
    def __init__(self, source: FeedSource, found: Findings, cite: Cite) -> None:
        self.source, self.found, self.cite = source, found, cite
        self.grounds: list[Ground] = []

    def build(self) -> BuiltFeed:
        source, before = self.source, self.found.errors
        self._check_head()
        posts = tuple(self._post(post) for post in source.posts)
        self._check_posts(posts)
        scene = render_block("\n".join(source.scene), self.cite)
        feed = Feed(id=source.id, title=source.title, scene=scene, version="", posts=posts)
        feed = replace(feed, version=content_hash(feed.to_json()))
        return BuiltFeed(source, feed if self.found.errors == before else None, tuple(self.grounds))

    def _error(self, line: int, code: str, message: str) -> None:
        self.found.error(line, code, message)

    def _check_head(self) -> None:
        source = self.source
        if not is_slug(source.id):
            message = f'id lini masa "{shown(source.id)}" tidak sah. Pakai huruf kecil, angka, dan tanda hubung.'
            self._error(source.line, "L02", message)
        if not source.title or not "".join(source.scene).strip():
            message = "lini masa perlu judul sesudah [id], lalu satu paragraf yang menceritakan keadaannya."
            self._error(source.line, "L02", message)
        kind = source.keys.get("jenis", Value("", source.line))
        if as_value(kind.text) != FEED:
            self._error(kind.line, "L02", f'folder linimasa hanya memuat lini masa. Tulis "jenis: {FEED}".')

    def _check_posts(self, posts: Sequence[Post]) -> None:
        kinds = {post.is_signal for post in posts if post.is_signal or post.is_harmless}
        if kinds != {True, False}:
            message = "lini masa perlu unggahan yang dilarang ditanggapi dan unggahan yang boleh. Tambah yang kurang."
            self._error(self.source.line, "L06", message)
        for source, post in zip(self.source.posts, posts, strict=True):
            of_pair = [each for each in posts if each.pair and each.pair == post.pair]
            if of_pair and {each.is_signal for each in of_pair} != {True, False}:
                message = f'pasangan "{shown(post.pair)}" perlu satu unggahan yang dilarang dan satu yang boleh.'
                self._error(source.line, "L06", f"{message} Tambah pasangannya atau hapus kuncinya.")

    def _post(self, source: PostSource) -> Post:
        named = ACCOUNT.match(source.account)
        text = "\n".join(source.text).strip()
        if not text:
            self._error(source.line, "L03", f'unggahan "{shown(source.account)}" kosong. Tulis kata-katanya.')
        choices = tuple(built for choice in source.choices if (built := self._choice(choice)))
        post = Post(
            account=named[1] if named else source.account,
            note=named[2] if named else "",
            text=render_block(text, self.cite),
            picture=source.key("gambar"),
            counts=source.key("angka"),
            pair=source.key("pasangan"),
            choices=choices,
        )
        self._check_choices(source, post)
        return post

    def _check_choices(self, source: PostSource, post: Post) -> None:
        name = f'unggahan "{shown(source.account)}"'
        if len({choice.deed.reacts for choice in post.choices}) < len((True, False)):
            message = f"{name} perlu satu tanggapan (suka, komentar, bagikan, ikuti) dan abaikan atau simpan-bukti."
            self._error(source.line, "L05", message)
        texts = [choice.text for choice in post.choices]
        if len(set(texts)) < len(texts):
            self._error(source.line, "L05", f"{name} menyebut satu tindakan dua kali. Hapus salah satu.")
        worths = {choice.worth for choice in post.choices if choice.deed.reacts}
        if Worth.PELANGGARAN in worths and worths & {Worth.AMAN, Worth.BAIK}:
            message = f"{name} memuat tanggapan yang dilarang dan yang boleh. Pecah menjadi dua unggahan berpasangan."
            self._error(source.line, "L06", message)

    def _choice(self, source: ChoiceSource) -> Choice | None:
        label, *rest = ARROW.split(source.written, maxsplit=1)
        judged, deed = JUDGED.match(rest[0]) if rest else None, DEED.match(label)
        if judged is None or deed is None:
            message = f'tindakan "{shown(source.written)}" tidak dapat dibaca. Tulis "- suka => AMAN"; tindakannya'
            self._error(source.line, "L04", f"{message} {', '.join(Deed)}.")
            return None
        worth = as_word(judged[1], Worth, "penilaian", source.line, self.found)
        if worth is None:
            return None
        done = Deed(as_value(deed[1]))
        if not str(source.story):
            self._error(source.line, "L04", 'tindakan ini belum punya cerita. Tambahkan di bawahnya: "  > ...".')
        rules = self._rules(source, judged[2] or "", worth)
        if worth is Worth.PELANGGARAN and not done.reacts:
            self._error(source.line, "L05", f"{done} bukan pelanggaran. Pakai RISIKO, AMAN, atau BAIK.")
        text = f"{DEED_WORDS[done]} {render_inline(deed[2], self.cite)}".strip()
        return Choice(deed=done, text=text, worth=worth, story=render_inline(str(source.story), self.cite), rules=rules)

    def _rules(self, source: ChoiceSource, written: str, worth: Worth) -> tuple[Citation, ...]:
        """Return the rules behind an action; a violation without its own stands on those of the feed."""
        certain = worth is Worth.PELANGGARAN
        shared = self.source.keys.get("dasar")
        texts = split_list(written) or (split_list(shared.text) if certain and shared else [])
        matches = [REFERENCE.match(text) for text in texts]
        rules = tuple(dict.fromkeys(Citation(match[1], match[2]) for match in matches if match))
        if not all(matches) or (certain and not rules):
            message = "PELANGGARAN perlu norma dan aturannya. Contoh: - suka => PELANGGARAN | SKB-2-2022 lamp.II-B6"
            self._error(source.line, "R04", message)
        self.grounds += [Ground(source.line, rule, certain) for rule in rules]
        return rules
