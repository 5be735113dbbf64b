"""Tests of publishing, periods, enrolments, progress and attempts."""
