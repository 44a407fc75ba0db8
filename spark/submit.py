"""What spark-submit runs: spark-submit --py-files fleet_metrics.zip submit.py --help. In a checkout the package lies beside it."""

import sys

from fleet_metrics.job import main

sys.exit(main())
