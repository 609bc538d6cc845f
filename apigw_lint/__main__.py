"""Runs the command as `python -m apigw_lint`."""

from apigw_lint.cli import main

if __name__ == "__main__":
    main(prog_name="apigw-lint")
