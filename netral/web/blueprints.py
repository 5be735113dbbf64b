"""Every blueprint of the application, one line each."""

from netral.web import account, public

BLUEPRINTS = (
    account.bp,
    public.bp,
)
