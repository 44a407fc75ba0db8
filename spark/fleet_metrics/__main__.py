"""python -m fleet_metrics"""

import sys

from .job import main

sys.exit(main())
