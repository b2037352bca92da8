// SPDX-License-Identifier: GPL-2.0-or-later
/* All that is counted; see stats.h. */
#include <stdlib.h>
#include <string.h>
#include "baseline.h"
#include "output.h"
#include "stats.h"

int stats_read(sd_bus *bus, struct stats *stats, struct failure *failure)
{
	int r = bus_client_devices(bus, &stats->devices, failure);

	if (r < 0)
		return r;
	stats->have_kernel = bus_client_statistics(bus, &stats->kernel, failure) >= 0 &&
			     bus_client_fallbacks(bus, &stats->fallbacks, failure) >= 0;
	return 0;
}

void stats_subtract_baseline(struct stats *stats)
{
	json_cleanup struct json_object *baseline = baseline_read();

	if (!baseline)
		return;
	baseline_subtract(baseline, &(struct baseline_counts){ &stats->devices, &stats->kernel,
							       &stats->fallbacks });
	stats->since = strdup(baseline_time(baseline));
	output_need(stats->since);
}

void stats_clear(struct stats *stats)
{
	devices_clear(&stats->devices);
	counters_clear(&stats->kernel);
	fallbacks_clear(&stats->fallbacks);
	free(stats->since);
	*stats = (struct stats){};
}
