// SPDX-License-Identifier: GPL-2.0-or-later
/* Looks at programs before they are started, see program.h. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "program.h"

#define HEAD_SIZE 4096		/* headers of programs are at the beginning */
#define INTERPRETERS_MAX 4	/* scripts that are run by scripts; the kernel takes no more */
#define DEFAULT_PATH "/bin:/usr/bin"	/* of execvp() in glibc */

#if __ELF_NATIVE_CLASS == 64
#define NATIVE_CLASS ELFCLASS64
#else
#define NATIVE_CLASS ELFCLASS32
#endif

static int check_executable(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	return access(path, X_OK) < 0 ? -errno : 0;
}

/* An empty directory of PATH is the current one. */
static int join(const char *directory, size_t length, const char *name, char *ret_path)
{
	int n = snprintf(ret_path, PATH_MAX, "%.*s%s%s", (int)length, directory,
			 length ? "/" : "./", name);

	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

int program_find(const char *name, char *ret_path)
{
	const char *directory = getenv("PATH") ?: DEFAULT_PATH;
	int r, result = -ENOENT;
	size_t length;

	if (strchr(name, '/') || !*name) {
		r = snprintf(ret_path, PATH_MAX, "%s", name);
		return r < PATH_MAX ? check_executable(ret_path) : -ENAMETOOLONG;
	}
	for (;; directory += length + 1) {
		length = strcspn(directory, ":");
		r = join(directory, length, name, ret_path) ?: check_executable(ret_path);
		if (!r)
			return 0;
		if (r == -EACCES)
			result = r;
		if (!directory[length])
			return result;
	}
}

static enum program_kind judge_script(const char *line, size_t size, char *ret_interpreter)
{
	const char *end = memchr(line, '\n', size) ?: line + size, *word = line + 2;
	size_t length;

	while (word < end && (*word == ' ' || *word == '\t'))
		word++;
	for (length = 0; word + length < end; length++)
		if (strchr(" \t\r", word[length]))
			break;
	if (!length || length >= PATH_MAX)
		return PROGRAM_OTHER;
	memcpy(ret_interpreter, word, length);
	ret_interpreter[length] = '\0';
	return PROGRAM_SCRIPT;
}

/* What has an interpreter is started by the dynamic loader. */
static enum program_kind judge_elf(const void *bytes, size_t size, const ElfW(Ehdr) *header)
{
	ElfW(Phdr) program;
	size_t offset = header->e_phoff;

	if (header->e_phentsize != sizeof(program))
		return PROGRAM_OTHER;
	for (unsigned int i = 0; i < header->e_phnum; i++, offset += sizeof(program)) {
		if (offset > size || size - offset < sizeof(program))
			return PROGRAM_OTHER;
		memcpy(&program, (const char *)bytes + offset, sizeof(program));
		if (program.p_type == PT_INTERP)
			return PROGRAM_DYNAMIC;
	}
	return PROGRAM_STATIC;
}

/* The machine that this is compiled for. */
static uint16_t native_machine(void)
{
	extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

	return __ehdr_start.e_machine;
}

enum program_kind program_judge(const void *bytes, size_t size, char *ret_interpreter)
{
	const unsigned char *head = bytes;
	ElfW(Ehdr) header;

	if (size >= 2 && head[0] == '#' && head[1] == '!')
		return judge_script(bytes, size, ret_interpreter);
	if (size < sizeof(header) || memcmp(head, ELFMAG, SELFMAG))
		return PROGRAM_OTHER;
	memcpy(&header, bytes, sizeof(header));
	if (head[EI_CLASS] != NATIVE_CLASS || header.e_machine != native_machine())
		return PROGRAM_FOREIGN;
	return judge_elf(bytes, size, &header);
}

/* Whether the kernel gives the program rights that we do not have: then nothing is preloaded. */
static bool gains_rights(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	return (st.st_mode & S_ISUID && st.st_uid != getuid()) ||
	       (st.st_mode & S_ISGID && st.st_mode & S_IXGRP && st.st_gid != getgid()) ||
	       (getuid() && getxattr(path, "security.capability", NULL, 0) > 0);
}

static enum program_kind judge_file(const char *path, char *ret_interpreter)
{
	char head[HEAD_SIZE];
	ssize_t size = 0;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		size = pread(fd, head, sizeof(head), 0);
		close(fd);
	}
	return program_judge(head, size > 0 ? size : 0, ret_interpreter);
}

static int refuse(char *why, const char *text)
{
	snprintf(why, PROGRAM_WHY_SIZE, "%s", text);
	return -EPERM;
}

int program_preloadable(const char *path, char *why)
{
	char interpreter[PATH_MAX], script[PATH_MAX];

	for (int i = 0; i <= INTERPRETERS_MAX; i++) {
		switch (judge_file(path, interpreter)) {
		case PROGRAM_STATIC:
			return refuse(why, "is statically linked");
		case PROGRAM_FOREIGN:
			return refuse(why, "is for another kind of machine than smcctl");
		case PROGRAM_DYNAMIC:
			return gains_rights(path) ?
				refuse(why, "gets rights of its own when it is started (setuid, "
				       "setgid or capabilities)") : 0;
		case PROGRAM_SCRIPT:
			path = strcpy(script, interpreter);
			break;
		default:
			return 0;
		}
	}
	return 0;
}
