"""The WSGI entry point that the web server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from banyan.config.children import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
end_with_parent()
application = get_wsgi_application()
# What is loaded now stays for ever: it is not looked through again at every collection, and collections are rarer. A page
# makes tens of thousands of objects that reference counting frees by itself.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
