"""Settings from the environment, and those that are refused with a reason."""

from pathlib import Path

import pytest

from netral.settings import CODE_ALPHABET, ROOT, Settings, UnusableSetting, make_code

DATABASE = "NETRAL_DATABASE_URL"
WRONG = (
    ("NETRAL_BASE_URL", "https://netral.contohkab.example/netral", "harus berupa https://nama-host tanpa jalur"),
    ("NETRAL_BASE_URL", "netral.contohkab.example", "harus berupa https://nama-host"),
    ("NETRAL_BASE_URL", "https://", "harus berupa https://nama-host"),
    ("NETRAL_BASE_URL", "https://[::1", "harus berupa https://nama-host"),
    ("NETRAL_BASE_URL", "https://netral.contohkab.example:abc", "harus berupa https://nama-host"),
    ("NETRAL_BASE_URL", "https://dewi:rahasia@netral.contohkab.example", "harus berupa https://nama-host"),
    ("NETRAL_BASE_URL", "https://netral contohkab.example", "harus berupa https://nama-host"),
    ("NETRAL_BASE_URL", "http://netral.contohkab.example", "gunakan https"),
    ("PORT", "abc", "harus bilangan bulat 1 sampai 65535, bukan 'abc'"),
    ("PORT", "0", "harus bilangan bulat 1 sampai 65535"),
    ("PORT", "65536", "harus bilangan bulat 1 sampai 65535"),
    ("PORT", "-1", "harus bilangan bulat 1 sampai 65535"),
    ("PORT", "9" * 5000, "harus bilangan bulat 1 sampai 65535"),
    ("PORT", " ", "harus bilangan bulat 1 sampai 65535"),
    ("NETRAL_PROXY_HOPS", "ya", "harus bilangan bulat 0 sampai 10, bukan 'ya'"),
    ("NETRAL_PROXY_HOPS", "11", "harus bilangan bulat 0 sampai 10"),
    ("NETRAL_HOST", "localhost", "harus alamat IP"),
    ("NETRAL_HOST", "127.0.0.1:8000", "harus alamat IP"),
    (DATABASE, "mysql://a/b", "harus dimulai dengan sqlite:/// atau postgresql://"),
    (DATABASE, "netral:rahasia@127.0.0.1/netral", "harus dimulai dengan sqlite:/// atau postgresql://"),
    (DATABASE, "postgresql://netral:rahas@ia@127.0.0.1/netral", "tulis @ di dalam sandi sebagai %40"),
    (DATABASE, "postgresql://netral:rahas@i/a@127.0.0.1/netral", "tulis @ di dalam sandi sebagai %40"),
    (DATABASE, "postgresql://netral:rahasia@127.0.0.1:port/netral", "harus berbentuk postgresql://pengguna:sandi@host"),
    (DATABASE, "postgresql://netral:rahasia@[::1/netral", "harus berbentuk postgresql://pengguna:sandi@host"),
    (DATABASE, "postgresql://netral:rahasia@127.0.0.1:70000/netral", "harus memakai porta 1 sampai 65535"),
    (DATABASE, "postgresql://netral:rahasia@127.0.0.1", "harus menyebut nama basis data"),
    (DATABASE, "sqlite:///", "harus menyebut jalur lengkap"),
    (DATABASE, "sqlite:///:memory:", "harus menyebut jalur lengkap"),
    (DATABASE, "sqlite:///netral.sqlite3", "harus menyebut jalur lengkap"),
    (DATABASE, "sqlite:////tmp", "menunjuk folder"),
    (DATABASE, "sqlite:////tmp/netral.sqlite3?mode=ro", "tidak boleh memuat tanda tanya"),
    ("NETRAL_DATA_DIR", str(ROOT / "app.py"), "harus folder"),
    ("NETRAL_SECRETS_DIR", str(ROOT / "app.py"), "harus folder"),
    ("NETRAL_CONTENT_DIR", str(ROOT / "app.py"), "harus folder"),
)


def test_the_defaults_are_an_embedded_database_on_this_machine() -> None:
    settings = Settings.from_environment({})

    assert settings.embedded
    assert settings.base_url == "http://127.0.0.1:8000"
    assert not settings.secure


def test_the_address_follows_the_port() -> None:
    assert Settings.from_environment({"PORT": "8123"}).base_url == "http://127.0.0.1:8123"


@pytest.mark.parametrize(("name", "value", "reason"), WRONG)
def test_an_unusable_setting_is_named_with_a_reason(name: str, value: str, reason: str) -> None:
    with pytest.raises(UnusableSetting) as fact:
        Settings.from_environment({name: value})

    assert fact.value.args[0] == name
    assert reason in fact.value.args[1]
    assert "rahas" not in fact.value.args[1]
    assert len(fact.value.args[1]) < 200


@pytest.mark.parametrize("name", ["PORT", "NETRAL_HOST", "NETRAL_BASE_URL", DATABASE, "NETRAL_PROXY_HOPS"])
def test_an_empty_setting_is_the_usual_one(name: str) -> None:
    assert Settings.from_environment({name: ""}) == Settings.from_environment({})


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://netral:rahasia%40@127.0.0.1/netral",
        "postgresql://netral:ra/ha:sia@127.0.0.1:5433/netral",
        "postgresql:///netral?host=/run/postgresql",
        "sqlite:////var/lib/netral/netral.sqlite3",
    ],
)
def test_an_address_of_a_database_is_taken(url: str) -> None:
    assert Settings.from_environment({DATABASE: url}).database_url.endswith(url.partition(":")[2])


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe"])
def test_a_spoiled_key_is_named(content: bytes, tmp_path: Path) -> None:
    key = tmp_path / "session.key"
    key.write_bytes(content)

    with pytest.raises(UnusableSetting) as fact:
        Settings.from_environment({"NETRAL_SECRETS_DIR": str(tmp_path)})

    assert str(key) in fact.value.args[1]


def test_https_makes_cookies_secure() -> None:
    assert Settings.from_environment({"NETRAL_BASE_URL": "https://netral.contohkab.example"}).secure


def test_secrets_live_beside_the_data_unless_told_otherwise(tmp_path: Path) -> None:
    settings = Settings.from_environment({"NETRAL_DATA_DIR": str(tmp_path)})

    assert settings.secrets_dir == tmp_path / "secrets"
    assert settings.secret_key == ""


def test_a_code_can_be_read_out_without_mistaking_letters() -> None:
    assert not set("0O1IL") & set(CODE_ALPHABET)
    assert len({make_code() for _ in range(200)}) == 200
