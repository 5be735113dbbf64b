"""Every blueprint of the application, one line each."""

from netral.web import account, exam, people, pledges, public, tasks

BLUEPRINTS = (
    account.bp,
    exam.bp,
    people.bp,
    pledges.bp,
    public.bp,
    tasks.bp,
)
