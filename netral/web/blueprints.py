"""Every blueprint of the application, one line each."""

from netral.web import account, people, public

BLUEPRINTS = (
    account.bp,
    people.bp,
    public.bp,
)
