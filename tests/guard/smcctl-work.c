// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What smcctl does much of, for tests/guard/run: lists of many connections, as the daemon sends
 * them, for people and as JSON. They go to /dev/null.
 */
#include <stdint.h>
#include <unistd.h>
#include "bus-client.h"
#include "exit-status.h"
#include "run.h"
#include "work.h"

#define CONNECTIONS 1000
#define DEVICES 60

static char *rows;
static size_t rows_size;

int __wrap_bus_client_open(sd_bus **ret_bus, struct failure *failure);
int __wrap_bus_client_devices(sd_bus *bus, struct devices *ret_devices, struct failure *failure);
int __wrap_bus_client_connections(sd_bus *bus, FILE **ret_stream, struct failure *failure);

int __wrap_bus_client_open(sd_bus **ret_bus, struct failure *failure)
{
	(void)failure;
	*ret_bus = NULL;
	return 0;
}

int __wrap_bus_client_devices(sd_bus *bus, struct devices *ret_devices, struct failure *failure)
{
	(void)bus, (void)failure;
	ret_devices->list = calloc(DEVICES, sizeof(*ret_devices->list));
	need(ret_devices->list);
	for (size_t i = 0; i < DEVICES; i++) {
		ret_devices->list[i] = (struct device){ .name = strdup("loopback0"), .gid = i + 1 };
		need(ret_devices->list[i].name);
	}
	ret_devices->n = DEVICES;
	return 0;
}

int __wrap_bus_client_connections(sd_bus *bus, FILE **ret_stream, struct failure *failure)
{
	(void)bus, (void)failure;
	*ret_stream = fmemopen(rows, rows_size, "r");
	return 0;
}

static void write_rows(void)
{
	FILE *stream = open_memstream(&rows, &rows_size);

	need(stream);
	for (int i = 0; i < CONNECTIONS; i++)
		fprintf(stream, "connection\t10.0.0.1:%d\t[fd00::2]:%d\tsmcd\t0x00000000\t\t"
			"0x00000000\t\t%d\t0\t0x%016x\n", i, i + 1, 4711 + i, 1 + i % DEVICES);
	fprintf(stream, "end\t%d\n", CONNECTIONS);
	need(fclose(stream) == 0 && freopen("/dev/null", "w", stdout));
}

static bool list(enum verb_option_id option)
{
	struct command command = {};

	command.options[option].text = "";
	return run_connection_list(&command) == EXIT_OK && fflush(stdout) == 0;
}

static bool list_as_table(void)
{
	return list(OPTION_NONE);
}

static bool list_as_json(void)
{
	return list(OPTION_JSON);
}

int main(int argc, char *argv[])
{
	static const struct work table[] = {
		{ "connections", write_rows, list_as_table },
		{ "connections-json", write_rows, list_as_json },
	};
	int status = work_main(table, sizeof(table) / sizeof(table[0]), argc, argv);

	free(rows);
	return status;
}
