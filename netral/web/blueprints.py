"""Every blueprint of the application, one line each."""

from netral.web import (
    account,
    audit,
    certificates,
    dashboard,
    exam,
    oversight,
    people,
    pledges,
    public,
    roster,
    tasks,
    verification,
)

BLUEPRINTS = (
    account.bp,
    audit.bp,
    certificates.bp,
    dashboard.bp,
    exam.bp,
    oversight.bp,
    people.bp,
    pledges.bp,
    public.bp,
    roster.bp,
    tasks.bp,
    verification.bp,
)
