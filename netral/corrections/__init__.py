"""Corrections of one's own data: asked for by the person, checked by the operator of the OPD, decided by BKPSDM."""
