"""Leftovers of killed runs are removed; the files of a run at work stay."""

from pathlib import Path

from netral.operation.workshop import PREFIX, workshop


def test_a_workshop_is_gone_afterwards(tmp_path: Path) -> None:
    with workshop(tmp_path) as folder:
        (folder / "isi").touch()

    assert not list(tmp_path.iterdir())


def test_leftovers_of_a_killed_run_go_and_a_running_one_stays(tmp_path: Path) -> None:
    left = tmp_path / f"{PREFIX}lama"
    left.mkdir()
    (left / "netral.sqlite3").touch()

    with workshop(tmp_path) as first, workshop(tmp_path) as second:
        assert first.is_dir()
        assert second.is_dir()
        assert not left.exists()
