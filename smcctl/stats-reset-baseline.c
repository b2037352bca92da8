// SPDX-License-Identifier: GPL-2.0-or-later
/* smcctl stats reset-baseline: has "stats show" count from now on. */
#include <stdlib.h>
#include "baseline.h"
#include "device.h"
#include "files.h"
#include "run.h"
#include "stats.h"

static void print_result(const struct command *command, struct json_object *baseline,
			 const char *path)
{
	json_cleanup struct json_object *object = NULL;

	if (!command_has(command, OPTION_JSON)) {
		printf("counters begin at 0 (%s)\n", path);
		return;
	}
	object = output_json_new();
	output_json_text(object, "since", baseline_time(baseline));
	output_json_text(object, "file", path);
	output_json_print(object, stdout);
}

int run_stats_reset_baseline(const struct command *command)
{
	__attribute__((cleanup(free_charp))) char *path = NULL;
	stats_cleanup struct stats stats = {};
	json_cleanup struct json_object *baseline = NULL;
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	path = baseline_path(&failure);
	if (!path || bus_client_open(&bus, &failure) < 0 || stats_read(bus, &stats, &failure) < 0)
		return device_failed(&failure);
	baseline = baseline_new(&(struct baseline_counts){ &stats.devices, &stats.kernel,
							   &stats.fallbacks });
	if (baseline_write(baseline, path, &failure) < 0)
		return device_failed(&failure);
	print_result(command, baseline, path);
	return EXIT_OK;
}
