"""Microsoft Teams. Whatever of this package is imported first, this runs before Microsoft's SDK is imported.

At its import the SDK looks for a .env file in this folder and in all above it, and puts what that holds into the
environment: the settings of a process would change underway. And it warns of a preview that is none of ours.
"""

import os
import warnings

os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")  # python-dotenv's own switch
warnings.filterwarnings("ignore", "HtmlWidgetSecurityPolicy is in preview")
