"""Corrections of one's own data: a person asks, the operator of the OPD checks, BKPSDM decides."""
