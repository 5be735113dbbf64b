"""flask audit ...: proving that the record of what was done has not been changed."""

import click

from netral.audit.events import list_chains, verify_chain
from netral.cli.commands import Group, answer, json_option, session

audit = Group("audit", help="Jejak audit.")


@audit.command("verify")
@json_option
def verify(as_json: bool) -> None:
    """Hitung ulang setiap rantai. Keluar 1 bila ada yang terputus."""
    verdicts = [verify_chain(session(), chain) for chain in list_chains(session())]
    broken = [verdict for verdict in verdicts if verdict.broken_at is not None]
    lines = [
        f"Rantai {verdict.chain or 'instalasi'}: "
        + (f"terputus pada catatan {verdict.broken_at}" if verdict.broken_at else f"utuh, {verdict.length} catatan")
        for verdict in verdicts
    ]
    value = [{"chain": item.chain, "length": item.length, "broken_at": item.broken_at} for item in verdicts]
    answer(value, as_json=as_json, text="\n".join(lines) or "Belum ada catatan.")
    if broken:
        raise click.exceptions.Exit(1)
