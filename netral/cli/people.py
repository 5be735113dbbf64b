"""flask instansi ... and flask user ...: the first steps of an installation, and its officers."""

from dataclasses import asdict, replace
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from netral.accounts import codes, factors, users
from netral.accounts.access import SUBTREE_ROLES, Role
from netral.accounts.models import User
from netral.audit.events import Act
from netral.certificates.issue.numbering import change_letterhead, next_sequence, read_letterhead
from netral.cli.commands import CODE, LINE, PRINTED, Group, answer, instansi_option, json_option, now, session, settings
from netral.errors import NotFound
from netral.organisation.instansi import find_instansi, find_opd, make_instansi
from netral.organisation.models import Asn, Instansi
from netral.organisation.numbers import strip_nip

instansi = Group("instansi", help="Instansi yang dilayani.")
user = Group("user", help="Pengguna dan perannya.")
ENDED = "Semua sesinya berakhir, dan kode sekali pakainya yang belum dipakai tidak berlaku lagi."
OFFICERS = [role.value for role in Role if role is not Role.PESERTA]


@instansi.command("create")
@click.argument("kode", type=CODE)
@click.argument("nama", type=PRINTED)
@click.option("--zona", required=True, metavar="Asia/Makassar", help="Nama zona waktu IANA.")
@json_option
def create_instansi(kode: str, nama: str, zona: str, as_json: bool) -> None:
    """Daftarkan sebuah instansi."""
    made = make_instansi(session(), kode=kode, nama=nama, zona=zona, now=now())
    session().commit()
    answer({"id": made.id, "kode": made.kode}, as_json=as_json, text=f"Instansi {made.nama} ({made.kode}) terdaftar.")


@instansi.command("letterhead")
@click.option("--penerbit", "issuer_name", type=PRINTED, help="Nama lengkap penerbit; kosong bila cukup singkatannya.")
@click.option("--singkatan", "issuer_short", type=PRINTED, help="Misalnya BKPSDM, BKD, atau Biro SDM.")
@click.option("--nomor", "number_template", type=LINE, help="Misalnya {urut}/{klasifikasi}/{unit}/{bulan}/{tahun}.")
@click.option("--klasifikasi", "classification", type=LINE, help="Kode klasifikasi arsip.")
@instansi_option
@json_option
def set_letterhead(instansi_kode: str | None, as_json: bool, **given: str | None) -> None:
    """Atur penerbit dan nomor sertifikat yang terbit sesudah ini; tanpa pilihan, tampilkan saja."""
    place = find_instansi(session(), instansi_kode)
    stands = read_letterhead(session(), instansi_id=place.id)
    wanted = replace(stands, **{name: value for name, value in given.items() if value is not None})
    change_letterhead(session(), act_within(place), wanted)
    session().commit()
    today = now().astimezone(ZoneInfo(place.zona))
    following = next_sequence(session(), instansi_id=place.id)
    number = wanted.numbering.write(following, month=today.month, year=today.year)
    issuer = f"{wanted.issuer_name or wanted.issuer_short} {place.nama}"
    answer({**asdict(wanted), "next": number}, as_json=as_json, text=f"Penerbit: {issuer}. Nomor berikutnya: {number}.")


@user.command("create")
@click.option("--login", required=True, help="Nama masuk, biasanya NIP.")
@click.option("--nama", required=True, type=LINE)
@click.option("--nip", help="NIP bila orang ini sudah ada di data pegawai.")
@click.option("--role", type=click.Choice(OFFICERS), required=True)
@click.option("--opd", "opd_kode", type=CODE, metavar="KODE", help="Wajib untuk operator_opd.")
@instansi_option
@json_option
def create_user(
    login: str, nama: str, nip: str | None, role: str, opd_kode: str | None, instansi_kode: str | None, as_json: bool
) -> None:
    """Buat pengguna dengan satu peran, dan cetak kode aktivasinya."""
    place = find_place(role, instansi_kode)
    asn_id = find_asn(place, nip)
    made = users.make_user(session(), act_within(place), login=login, nama=nama, asn_id=asn_id)
    grant(made, Role(role), place, opd_kode)
    (code,) = codes.issue_codes(session(), act_within(place), user_ids=[made.id], new_code=settings().new_code)
    session().commit()
    answer(
        {"login": made.login, "role": role, "code": code.code},
        as_json=as_json,
        text=f"Pengguna {made.login} dibuat. Kode aktivasi (72 jam, sekali pakai): {code.code}",
    )


@user.command("grant")
@click.argument("login")
@click.argument("role", type=click.Choice(OFFICERS))
@click.option("--opd", "opd_kode", type=CODE, metavar="KODE")
@instansi_option
@json_option
def grant_role(login: str, role: str, opd_kode: str | None, instansi_kode: str | None, as_json: bool) -> None:
    """Beri sebuah peran."""
    grant(users.get_user(session(), login), Role(role), find_place(role, instansi_kode), opd_kode)
    session().commit()
    answer({"login": login, "role": role}, as_json=as_json, text=f"Peran {role} diberikan kepada {login}. {ENDED}")


@user.command("revoke")
@click.argument("login")
@click.argument("role", type=click.Choice(OFFICERS))
@instansi_option
@json_option
def revoke_role(login: str, role: str, instansi_kode: str | None, as_json: bool) -> None:
    """Cabut sebuah peran. Pemegang terakhir bkpsdm, inspektorat, atau pengelola tidak dapat dicabut."""
    place = find_place(role, instansi_kode)
    holder = users.get_user(session(), login)
    users.revoke_role(session(), act_within(place), user=holder, role=Role(role))
    session().commit()
    answer({"login": login, "role": role}, as_json=as_json, text=f"Peran {role} dicabut dari {login}. {ENDED}")


@user.command("code")
@click.argument("login")
@json_option
def print_code(login: str, as_json: bool) -> None:
    """Cetak kode sekali pakai untuk orang yang lupa kata sandi, juga seorang petugas, tanpa petugas kedua."""
    holder = users.get_user(session(), login)
    issued = codes.issue_codes(session(), act_within(None), user_ids=[holder.id], new_code=settings().new_code)
    if not issued:
        raise NotFound(login)
    session().commit()
    (code,) = issued
    answer(
        {"login": holder.login, "code": code.code},
        as_json=as_json,
        text=f"Kode untuk {holder.login} (72 jam, sekali pakai): {code.code}. Kode lamanya tidak berlaku lagi.",
    )


@user.command("reset-factor")
@click.argument("login")
@json_option
def reset_factor(login: str, as_json: bool) -> None:
    """Lepas autentikator orang yang kehilangan ponsel dan kode pemulihannya. Kata sandinya tetap."""
    holder = users.get_user(session(), login)
    factors.remove_factor(session(), act_within(None), user_id=holder.id)
    session().commit()
    answer(
        {"login": holder.login},
        as_json=as_json,
        text=f"Autentikator {holder.login} dilepas dan semua sesinya berakhir. Ia masuk dengan kata sandi.",
    )


def find_place(role: str, instansi_kode: str | None) -> Instansi | None:
    """Return the instansi of a new role: none for a pengelola, who belongs to the installation."""
    return None if role == Role.PENGELOLA else find_instansi(session(), instansi_kode)


def act_within(place: Instansi | None) -> Act:
    return Act(None, now(), place.id if place else None)


def find_asn(place: Instansi | None, nip: str | None) -> int | None:
    if nip is None or place is None:
        return None
    statement = select(Asn.id).where(Asn.instansi_id == place.id, Asn.nip == strip_nip(nip))
    return session().scalar(statement)


def grant(holder: User, role: Role, place: Instansi | None, opd_kode: str | None) -> None:
    opd_id = None
    if role in SUBTREE_ROLES and opd_kode and place:
        opd_id = find_opd(session(), instansi_id=place.id, kode=opd_kode).id
    users.grant_role(session(), act_within(place), user=holder, role=role, opd_id=opd_id)
