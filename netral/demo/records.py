"""The two files beside the database that describe the example; only their owner may read them."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from netral.demo.accounts import DemoAccount
from netral.demo.exhibits import Exhibit
from netral.demo.loading import Loaded

ACCOUNTS = "demo-accounts.json"
CERTIFICATES = "demo-certificates.json"


def write_records(data_dir: Path, loaded: Loaded) -> None:
    """Write the files, the accounts last: their presence means that loading was completed."""
    write(data_dir / CERTIFICATES, map(asdict, loaded.certificates))
    write(data_dir / ACCOUNTS, map(asdict, loaded.accounts))


def write(path: Path, rows: Iterable[dict[str, str]]) -> None:
    fresh = path.with_suffix(".baru")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(list(rows), file, ensure_ascii=False, indent=1)
    fresh.replace(path)


def is_complete(data_dir: Path) -> bool:
    return (data_dir / ACCOUNTS).is_file()


def read_records(data_dir: Path) -> Loaded:
    accounts = json.loads((data_dir / ACCOUNTS).read_text(encoding="utf-8"))
    certificates = json.loads((data_dir / CERTIFICATES).read_text(encoding="utf-8"))
    return Loaded(tuple(DemoAccount(**row) for row in accounts), tuple(Exhibit(**row) for row in certificates))
