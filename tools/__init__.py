"""Tools for those who work on apigw-lint; none of them is part of the installed package."""
