"""`python -m lambda_constructs.packaging` is the same as `lambda-constructs packaging`."""

import sys

from .command import main

sys.exit(main())
