"""A plan as it is shown, kept and handed to programs: units by name, NIP by their last digits."""

from collections.abc import Mapping
from typing import Any

from netral.organisation.nip import shorten_nip
from netral.organisation.problems import count_rows
from netral.roster.plan import Change, RosterPlan

MOST_SHOWN = 20
MOST_WARNINGS = 200
MOST_RENUMBERED = 200


def summarise_plan(plan: RosterPlan) -> dict[str, Any]:
    """Summarise all that applying would do, as a preview keeps it. `missing`: ids of people who are not in the file."""
    return {
        "counts": plan.counts,
        "returned": plan.returned,
        "error_rows": count_rows(plan.errors),
        "fingerprint": plan.fingerprint,
        "warnings": [warning.as_json() for warning in plan.warnings[:MOST_WARNINGS]],
        "questions": [question.as_json() for question in plan.questions[:MOST_WARNINGS]],
        "kept": dict(plan.kept),
        "units": list_units(plan),
        "nip_changed": len(plan.renumbered),
        "renumbered": list_renumbered(plan)[:MOST_RENUMBERED],
        "changes": [describe_change(change, plan) for change in plan.changes[:MOST_SHOWN]],
        "must_be_confirmed": plan.must_be_confirmed,
        "missing": [absent.asn_id for absent in plan.missing],
    }


def list_units(plan: RosterPlan) -> list[str]:
    """List the units that will be made, each as `Bidang Program, Dinas Kesehatan`."""
    return [plan.places[unit.id] for unit in plan.units]


def list_renumbered(plan: RosterPlan) -> list[dict[str, Any]]:
    return [
        {
            "sheet": change.sheet,
            "row": change.row,
            "nama": change.nama,
            "before": shorten_nip(change.before["nip"]),
            "after": shorten_nip(change.after["nip"]),
        }
        for change in plan.renumbered
    ]


def describe_change(change: Change, plan: RosterPlan) -> dict[str, Any]:
    def readable(column: str, value: Any) -> Any:
        if column == "opd_id":
            return plan.places[value]
        return shorten_nip(value) if column == "nip" and value else value

    def show(values: Mapping[str, Any]) -> dict[str, Any]:
        return {column: readable(column, value) for column, value in values.items()}

    return {
        "sheet": change.sheet,
        "row": change.row,
        "nama": change.nama,
        "kind": change.kind,
        "before": show(change.before),
        "after": show(change.after),
    }
