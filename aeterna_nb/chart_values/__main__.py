"""`python -m aeterna_nb.chart_values > charts/aeterna/values.schema.json`."""

import sys

from aeterna_nb.chart_values.schema import schema_text

sys.stdout.write(schema_text())
