"""Runs the command as `python -m apigw_lint`."""

from apigw_lint.cli import main

main(prog_name="apigw-lint")
