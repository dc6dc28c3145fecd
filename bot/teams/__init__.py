"""Sets up the environment before any module of this package imports Microsoft's SDK.

At its import the SDK looks for a .env file in this folder and in all above it, and puts what that holds into the
environment, which would change the settings of a running process. It also warns of a preview feature that is not used.
"""

import os
import warnings

os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")  # python-dotenv's own switch
warnings.filterwarnings("ignore", "HtmlWidgetSecurityPolicy is in preview")
