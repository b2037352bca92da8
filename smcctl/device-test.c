// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * smcctl device test: a connection of this machine with itself, whose bytes are compared, and
 * whether it went over the device, as SMC_DIAG of both ends and the device's counters say.
 */
#include <inttypes.h>
#include <string.h>
#include "device.h"
#include "facts.h"
#include "reason.h"
#include "run.h"

/* What came of it. */
struct trial {
	const struct device *device;
	const struct devices *devices;
	struct facts facts;
	const struct probe *probe;	/* NULL: there was none */
	uint64_t moved;			/* bytes that the device counted meanwhile */
	bool passed;
	char text[640];			/* what there is to say */
	char cure[256];			/* what to do; may be empty */
};

static uint64_t count(const struct device *device)
{
	const uint64_t *tx = counters_find(&device->counters, COUNTER_TX_BYTES);
	const uint64_t *rx = counters_find(&device->counters, COUNTER_RX_BYTES);

	return (tx ? *tx : 0) + (rx ? *rx : 0);
}

static const struct device *find_gid(const struct devices *devices, uint64_t gid)
{
	return device_with_gid(devices->list, devices->n, gid);
}

static const struct device *find_name(const struct devices *devices, const char *name)
{
	size_t i;

	for (i = 0; i < devices->n; i++)
		if (!strcmp(devices->list[i].name, name))
			return &devices->list[i];
	return NULL;
}

/* Bytes went over another device: that one, and how the tested one would be taken. */
static void took_another(struct trial *trial, const struct device *other)
{
	const struct device *device = trial->device;

	if (!other) {
		snprintf(trial->text, sizeof(trial->text), "the connection took a device that smcd "
			 "does not know, with GID 0x%016" PRIx64, trial->probe->own.gid);
		return;
	}
	snprintf(trial->text, sizeof(trial->text), "the connection took %s, of priority %u and "
		 "rank %u; %s has priority %u and %s", other->name, other->priority, other->rank,
		 device->name, device->priority, device->rank ? "a later rank" :
		 "takes no new connections");
	if (strcmp(device->state, "up"))
		snprintf(trial->cure, sizeof(trial->cure), "smcctl device up %s", device->name);
	else if (device->priority > other->priority && device->connections)
		snprintf(trial->cure, sizeof(trial->cure), "%s gets its place when its connections "
			 "have ended: smcctl connection list", device->name);
	else if (device->reason[0])
		snprintf(trial->cure, sizeof(trial->cure), "see smcctl device show %s: %s",
			 device->name, device->reason);
	else
		snprintf(trial->cure, sizeof(trial->cure), "smcctl device priority %s %u",
			 device->name, other->priority < 65535 ? other->priority + 1 : 65535);
}

static void fell_back(struct trial *trial)
{
	const struct probe *probe = trial->probe;
	uint32_t code = probe->own.peer_diagnosis ?: probe->own.reason;
	const struct reason *reason = reason_find(code);

	snprintf(trial->text, sizeof(trial->text), "the connection fell back to TCP: %s (0x%08"
		 PRIx32 ")", reason->meaning, code);
	if (strcmp(trial->device->state, "up"))
		snprintf(trial->cure, sizeof(trial->cure), "smcctl device up %s",
			 trial->device->name);
	else
		snprintf(trial->cure, sizeof(trial->cure), "%s", reason->cure);
}

static void judge_done(struct trial *trial)
{
	const struct probe_view *own = &trial->probe->own, *peer = &trial->probe->peer;
	const struct device *device = trial->device;

	if (own->diag == PROBE_DIAG_KNOWN && own->mode == SMC_MODE_FALLBACK) {
		fell_back(trial);
		return;
	}
	if (own->diag == PROBE_DIAG_NO_SMC || peer->diag == PROBE_DIAG_NO_SMC) {
		snprintf(trial->text, sizeof(trial->text), "the kernel has no SMC");
		snprintf(trial->cure, sizeof(trial->cure), "modprobe smc");
		return;
	}
	if (own->diag != PROBE_DIAG_KNOWN || peer->diag != PROBE_DIAG_KNOWN) {
		snprintf(trial->text, sizeof(trial->text), "bytes came back unchanged, but the "
			 "kernel does not tell over what");
		snprintf(trial->cure, sizeof(trial->cure), "modprobe smc_diag");
		return;
	}
	if (own->mode != SMC_MODE_SMCD || peer->mode != SMC_MODE_SMCD) {
		snprintf(trial->text, sizeof(trial->text), "the connection is none of SMC-D");
		return;
	}
	if (own->gid != device->gid && peer->gid != device->gid) {
		took_another(trial, find_gid(trial->devices, own->gid));
		return;
	}
	/*
	 * Without a copy, a device moves only the messages that announce the bytes; one that
	 * smcd has no counters of cannot tell.
	 */
	trial->passed = trial->moved || !counters_find(&device->counters, COUNTER_TX_BYTES);
	snprintf(trial->text, sizeof(trial->text), trial->passed ?
		 "%d bytes went there and back by SMC-D" :
		 "SMC_DIAG names the device for the %d bytes, but it has not counted any",
		 PROBE_HELLO_SIZE);
}

static void judge(struct trial *trial)
{
	const char *error = trial->facts.probes.error;

	if (trial->facts.probes.n && trial->facts.probes.list[0].probe.outcome == PROBE_DONE) {
		judge_done(trial);
	} else {
		snprintf(trial->text, sizeof(trial->text), "no connection with 127.0.0.1: %s",
			 *error ? error : trial->probe && trial->probe->error ?
			 strerror(-trial->probe->error) : "it was closed");
		snprintf(trial->cure, sizeof(trial->cure), "smcctl doctor");
	}
}

static const char *end_name(const struct trial *trial, const struct probe_view *view)
{
	const struct device *device = view->mode == SMC_MODE_SMCD ?
				      find_gid(trial->devices, view->gid) : NULL;

	return device ? device->name : NULL;
}

static void print_text(const struct trial *trial)
{
	const struct probe *probe = trial->probe;
	const char *name = trial->device->name;
	FILE *stream = trial->passed ? stdout : stderr;

	fprintf(stream, "%s: %s: %s\n", name, trial->passed ? "passed" : "FAILED", trial->text);
	if (trial->passed)
		fprintf(stream, "%s: client on %s, server on %s\n", name,
			end_name(trial, &probe->own) ?: "-", end_name(trial, &probe->peer) ?: "-");
	if (*trial->cure)
		fprintf(stream, "%s: what helps: %s\n", name, trial->cure);
}

static void print_json(const struct trial *trial)
{
	static const char *const modes[] = { NULL, "smcd", "smcr", "fallback" };
	json_cleanup struct json_object *object = output_json_new();
	const struct probe *probe = trial->probe;
	bool done = probe && probe->outcome == PROBE_DONE;

	output_json_text(object, "device", trial->device->name);
	output_json_bool(object, "passed", trial->passed);
	output_json_text(object, "mode", done ? modes[probe->own.mode] : NULL);
	output_json_text(object, "client_device", done ? end_name(trial, &probe->own) : NULL);
	output_json_text(object, "server_device", done ? end_name(trial, &probe->peer) : NULL);
	output_json_number(object, "bytes", done ? PROBE_HELLO_SIZE : 0);
	output_json_number(object, "moved", trial->moved);
	output_json_text(object, "text", trial->text);
	output_json_text(object, "cure", trial->cure);
	output_json_print(object, stdout);
}

/* Connects, and reads the device's counters again. */
static int try(struct trial *trial, sd_bus *bus, struct failure *failure)
{
	device_cleanup struct device after = {};
	int r;

	trial->facts.smc.loaded = true;
	facts_probe_self(&trial->facts);
	if (trial->facts.probes.n)
		trial->probe = &trial->facts.probes.list[0].probe;
	r = bus_client_device(bus, trial->device->name, &after, failure);
	if (r < 0)
		return r;
	trial->moved = count(&after) - count(trial->device);
	return 0;
}

int run_device_test(const struct command *command)
{
	const char *name = command_argument(command, VALUE_DEVICE);
	devices_cleanup struct devices devices = {};
	struct trial trial = { .devices = &devices };
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;

	if (bus_client_open(&bus, &failure) < 0 ||
	    bus_client_devices(bus, &devices, &failure) < 0)
		return device_failed(&failure);
	trial.device = find_name(&devices, name);
	if (!trial.device) {
		output_error("no device '%.64s': smcctl device list shows those that exist", name);
		return EXIT_NO_DEVICE;
	}
	if (try(&trial, bus, &failure) < 0)
		return device_failed(&failure);
	judge(&trial);
	if (command_has(command, OPTION_JSON))
		print_json(&trial);
	else
		print_text(&trial);
	return trial.passed ? EXIT_OK : EXIT_FAILED;
}
