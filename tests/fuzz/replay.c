/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzz target over its corpus, the directory CORPUS, as a TAP test without a fuzzer. */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SEED_SIZE_MAX (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ssize_t replay(int directory, const char *name, uint8_t *buffer)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	ssize_t size;

	if (fd < 0)
		return -1;
	size = read(fd, buffer, SEED_SIZE_MAX);
	close(fd);
	if (size >= 0)
		LLVMFuzzerTestOneInput(buffer, size);
	return size;
}

int main(void)
{
	uint8_t *buffer = malloc(SEED_SIZE_MAX);
	DIR *directory = opendir(CORPUS);
	struct dirent *entry;
	int seeds = 0;

	if (!buffer || !directory) {
		puts("Bail out! cannot read " CORPUS);
		return 1;
	}
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		printf("%s %d - %s\n", replay(dirfd(directory), entry->d_name, buffer) >= 0 ?
		       "ok" : "not ok", ++seeds, entry->d_name);
		fflush(stdout);
	}
	printf("1..%d\n", seeds);
	closedir(directory);
	free(buffer);
	return seeds == 0;
}
