"""The WSGI entry point that the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from banyan.config.children import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
end_with_parent()
application = get_wsgi_application()
