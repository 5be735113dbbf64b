"""The same services from the command line: words in Indonesian, exit 0 only on success, `--json` for machines."""

from flask import Flask

from netral.cli import (
    backups,
    certificates,
    content,
    demo,
    exports,
    extending,
    operation,
    people,
    period_changes,
    reports,
    rosters,
    serving,
    worker,
)

GROUPS = (
    operation.audit,
    backups.backup,
    backups.restore_command,
    certificates.certificate,
    content.content,
    demo.demo,
    exports.siasn,
    operation.health,
    operation.db_group,
    operation.key,
    people.instansi,
    people.user,
    period_changes.GROUP,
    extending.period,
    reports.report,
    rosters.opd,
    rosters.roster,
    serving.serve,
    worker.worker,
)


def register_commands(app: Flask) -> None:
    for group in GROUPS:
        app.cli.add_command(group)
