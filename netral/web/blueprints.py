"""Every blueprint of the application, one line each."""

from netral.web.account import account, factor, kept, own_sessions
from netral.web.edge import searching
from netral.web.learner import exam, own_corrections, pledges, tasks
from netral.web.office import (
    audit,
    certificates,
    content,
    corrections,
    dashboard,
    factor_removal,
    installation,
    instansi,
    oversight,
    participants,
    people,
    periods,
    print_sheets,
    questions,
    reports,
    roster,
    roster_questions,
    spelling,
)
from netral.web.public import health, public, verification

BLUEPRINTS = (
    account.bp,
    audit.bp,
    certificates.bp,
    content.bp,
    corrections.bp,
    dashboard.bp,
    exam.bp,
    factor.bp,
    factor_removal.bp,
    health.bp,
    installation.bp,
    instansi.bp,
    kept.bp,
    oversight.bp,
    own_corrections.bp,
    own_sessions.bp,
    participants.bp,
    people.bp,
    periods.bp,
    pledges.bp,
    print_sheets.bp,
    public.bp,
    questions.bp,
    reports.bp,
    roster.bp,
    roster_questions.bp,
    searching.bp,
    spelling.bp,
    tasks.bp,
    verification.bp,
)
