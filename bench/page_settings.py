"""The project's settings with one more address: a view that only authenticates, to compare pages with."""

from banyan.config.settings import *  # noqa: F403

ROOT_URLCONF = "page_urls"
