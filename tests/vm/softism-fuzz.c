// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * softism-fuzz: sends the softism family what nobody should, as fast as it can,
 * and checks what comes back: an answer to everything, and a text with every
 * refusal. The same seed makes the same messages.
 */
#define _GNU_SOURCE 1
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "softism-fuzz.h"

#define GENTLE_PAUSE 5000	/* microseconds */

static const char usage[] =
"Usage: softism-fuzz [OPTION...]\n"
"  --seed=N        what chance depends on (default 1)\n"
"  --messages=N    stop after so many (default 20000)\n"
"  --seconds=N     stop after this time at the latest\n"
"  --prefix=NAME   of the names of devices that it makes (default fuzz)\n"
"  --priority=N    the highest that these get (default 1000)\n"
"  --gentle        let devices live for so long that connections can take them\n"
"  --keep          leave devices behind; else those of the prefix are deleted\n"
"  --patience=N    seconds for which that is tried (default 60)\n"
"Prints key=value lines. Exit code: 0, 1 when the family did something wrong,\n"
"2 usage or no family.\n";

struct fuzz_options fuzz_options = {
	.seed = 1,
	.messages = 20000,
	.prefix = "fuzz",
	.priority = 1000,
	.patience = 60,
};

struct fuzz_results fuzz_results;

static uint64_t digest = 0xcbf29ce484222325;

static void add_to_digest(const struct fuzz_batch *batch)
{
	uint64_t word;
	size_t i;

	for (i = 0; i + sizeof(word) <= batch->size; i += sizeof(word)) {
		memcpy(&word, batch->data + i, sizeof(word));
		digest = (digest ^ word) * 0x100000001b3;
		digest ^= digest >> 29;
	}
}

static bool is_over(unsigned long start)
{
	if (fuzz_results.messages >= fuzz_options.messages)
		return true;
	return fuzz_options.seconds &&
	       fuzz_now() - start >= fuzz_options.seconds * 1000;
}

/* Now and then a refusal is to quote the message, which takes more room */
static void fuzz_batch(struct fuzz_batch *batch)
{
	bool quote = one_in(16);

	if (quote)
		fuzz_quote(true);
	fuzz_make(batch, quote ? 1 : 1 + fuzz_below(FUZZ_BATCH_MESSAGES));
	fuzz_foresee(batch);
	add_to_digest(batch);
	fuzz_exchange(batch);
	fuzz_judge(batch);
	if (quote)
		fuzz_quote(false);
	if (one_in(16))
		fuzz_half_dump();
	if (fuzz_options.gentle)
		usleep(GENTLE_PAUSE);
}

static void fuzz(uint16_t family)
{
	static struct fuzz_batch batch;
	unsigned long start = fuzz_now();

	batch.family = family;
	batch.seq = 1;
	fuzz_seed(fuzz_options.seed);
	while (!is_over(start))
		fuzz_batch(&batch);
	start = fuzz_now() - start;
	printf("milliseconds=%lu\n", start);
	printf("rate=%lu\n", fuzz_results.messages * 1000 / (start + 1));
}

static void print_results(unsigned int left)
{
	const struct fuzz_results *r = &fuzz_results;
	unsigned int i;

	printf("messages=%lu\nreached=%lu\nacks=%lu\nreplies=%lu\ndumps=%lu\n",
	       r->messages, r->reached, r->acks, r->replies, r->dumps);
	printf("half_rounds=%lu\nhalf_dumps=%lu\nevents=%lu\nevents_lost=%lu\n",
	       r->half_rounds, r->half_dumps, r->events, r->events_lost);
	printf("refused=%lu\nrefused_by_core=%lu\nrefused_without_text=%lu\n",
	       r->refused, r->refused_by_core, r->refused_without_text);
	printf("wrongly_accepted=%lu\nunanswered=%lu\ngarbage=%lu\n",
	       r->wrongly_accepted, r->unanswered, r->garbage);
	for (i = 0; i < FUZZ_COMMANDS; i++)
		if (fuzz_commands[i].name)
			printf("done_%s=%lu\n", fuzz_commands[i].name, r->done[i]);
	for (i = 0; i < ARRAY_SIZE(r->errors); i++)
		if (r->errors[i])
			printf("errno_%s=%lu\n", strerrorname_np(i), r->errors[i]);
	printf("left=%u\ndigest=%016llx\n", left, (unsigned long long)digest);
}

static void parse_option(int option)
{
	switch (option) {
	case 's':
		fuzz_options.seed = strtoull(optarg, NULL, 0);
		break;
	case 'm':
		fuzz_options.messages = strtoul(optarg, NULL, 0);
		break;
	case 't':
		fuzz_options.seconds = strtoul(optarg, NULL, 0);
		break;
	case 'p':
		fuzz_options.prefix = optarg;
		break;
	case 'r':
		fuzz_options.priority = strtoul(optarg, NULL, 0);
		break;
	case 'w':
		fuzz_options.patience = strtoul(optarg, NULL, 0);
		break;
	case 'k':
		fuzz_options.keep = true;
		break;
	case 'g':
		fuzz_options.gentle = true;
		break;
	default:
		fputs(usage, stderr);
		exit(2);
	}
}

static void parse_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "messages", required_argument, NULL, 'm' },
		{ "seconds", required_argument, NULL, 't' },
		{ "prefix", required_argument, NULL, 'p' },
		{ "priority", required_argument, NULL, 'r' },
		{ "patience", required_argument, NULL, 'w' },
		{ "keep", no_argument, NULL, 'k' },
		{ "gentle", no_argument, NULL, 'g' },
		{ NULL, 0, NULL, 0 }
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		parse_option(option);
	if (optind == argc && *fuzz_options.prefix &&
	    strlen(fuzz_options.prefix) < SOFTISM_NAME_SIZE / 2 &&
	    fuzz_options.priority < SOFTISM_PRIORITY_MAX)
		return;
	fputs(usage, stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	unsigned int left = 0;

	parse_options(argc, argv);
	fuzz(fuzz_open());
	if (!fuzz_options.keep)
		left = fuzz_clean_up();
	print_results(left);
	return fuzz_results.refused_without_text ||
	       fuzz_results.wrongly_accepted || fuzz_results.unanswered ||
	       fuzz_results.garbage || left;
}
