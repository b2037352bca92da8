// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For tests/bench/profile: a plugin of QEMU's TCG that counts, between two marks in the
 * guest, how often each block of instructions was executed, on all CPUs together.
 *
 * Marks are instructions of profile-mark.h. At the end mark, a line for each block goes into
 * the file that the argument "to=PATH" names, "ADDRESS INSTRUCTIONS TIMES" in hex, decimal,
 * decimal, and last a line "end". Begin and end make a section of the file.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile-mark.h"
#include "profile-qemu.h"

#define PUBLIC __attribute__((visibility("default")))
#define BLOCKS 1024

PUBLIC int qemu_plugin_version = 1;

/* Each CPU translates in a thread of its own, and QEMU's code refers to counters: they stay. */
struct chunk {
	struct chunk *next;
	unsigned int used;
	struct block {
		unsigned long long address, instructions, times;
	} blocks[BLOCKS];
};

static pthread_mutex_t chunks_lock = PTHREAD_MUTEX_INITIALIZER;
static struct chunk *chunks;
static FILE *output;

static struct block *new_block(void)
{
	struct chunk *chunk;
	struct block *block;

	pthread_mutex_lock(&chunks_lock);
	chunk = chunks;
	if (!chunk || chunk->used == BLOCKS) {
		chunk = calloc(1, sizeof(*chunk));
		if (!chunk)
			abort();
		chunk->next = chunks;
		chunks = chunk;
	}
	block = &chunk->blocks[chunk->used++];
	pthread_mutex_unlock(&chunks_lock);
	return block;
}

static void take_counts(bool print)
{
	pthread_mutex_lock(&chunks_lock);
	for (struct chunk *chunk = chunks; chunk; chunk = chunk->next) {
		for (unsigned int i = 0; i < chunk->used; i++) {
			struct block *block = &chunk->blocks[i];

			if (print && block->times)
				fprintf(output, "%llx %llu %llu\n", block->address,
					block->instructions, block->times);
			block->times = 0;
		}
	}
	pthread_mutex_unlock(&chunks_lock);
}

static void on_begin(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	take_counts(false);
}

static void on_end(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	take_counts(true);
	fputs("end\n", output);
	fflush(output);
}

static bool is_mark(const struct qemu_plugin_insn *insn, unsigned char which)
{
	const unsigned char mark[] = { 0x0f, 0x1f, 0x84, 0x00, which, 0x63, 0x6d, 0x73 };

	return qemu_plugin_insn_size(insn) == sizeof(mark) &&
	       !memcmp(qemu_plugin_insn_data(insn), mark, sizeof(mark));
}

static void on_block(unsigned long long id, struct qemu_plugin_tb *tb)
{
	struct block *block = new_block();
	size_t i;

	(void)id;
	block->address = qemu_plugin_tb_vaddr(tb);
	block->instructions = qemu_plugin_tb_n_insns(tb);
	qemu_plugin_register_vcpu_tb_exec_inline(tb, INLINE_ADD_U64, &block->times, 1);
	for (i = 0; i < block->instructions; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		if (is_mark(insn, MARK_BEGIN))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_begin, CB_NO_REGS, NULL);
		else if (is_mark(insn, MARK_END))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_end, CB_NO_REGS, NULL);
	}
}

PUBLIC int qemu_plugin_install(unsigned long long id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "to=", 3)) {
		fputs("profile-plugin: to=PATH is missing\n", stderr);
		return -1;
	}
	output = fopen(argv[0] + 3, "w");
	if (!output) {
		perror(argv[0] + 3);
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
	return 0;
}
