"""What the environment may say, and what is refused with a reason."""

from pathlib import Path

import pytest

from netral.settings import CODE_ALPHABET, Settings, UnusableSetting, make_code


def test_the_defaults_are_an_embedded_database_on_this_machine() -> None:
    settings = Settings.from_environment({})

    assert settings.embedded
    assert settings.base_url == "http://127.0.0.1:8000"
    assert not settings.secure


def test_the_address_follows_the_port() -> None:
    assert Settings.from_environment({"PORT": "8123"}).base_url == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "delapan ribu"),
        ("NETRAL_BASE_URL", "http://netral.contohkab.example"),
        ("NETRAL_BASE_URL", "https://contohkab.example/netral"),
        ("NETRAL_DATABASE_URL", "mysql://x"),
        ("NETRAL_PROXY_HOPS", "-1"),
    ],
)
def test_an_unusable_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(UnusableSetting) as fact:
        Settings.from_environment({name: value})

    assert fact.value.args[0] == name


def test_https_makes_cookies_secure() -> None:
    assert Settings.from_environment({"NETRAL_BASE_URL": "https://netral.contohkab.example"}).secure


def test_secrets_live_beside_the_data_unless_told_otherwise(tmp_path: Path) -> None:
    settings = Settings.from_environment({"NETRAL_DATA_DIR": str(tmp_path)})

    assert settings.secrets_dir == tmp_path / "secrets"
    assert settings.secret_key == ""


def test_a_code_can_be_read_out_without_mistaking_letters() -> None:
    assert not set("0O1IL") & set(CODE_ALPHABET)
    assert len({make_code() for _ in range(200)}) == 200
