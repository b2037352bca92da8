// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts connections in shared memory, see tally.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tally.h"

/* Of an entry: who finds it empty fills it, nobody changes its kind later. */
enum { EMPTY, BEING_FILLED, FILLED };

#define ABANDONED (UINT64_C(1) << 63)	/* inodes of sockets have 32 bits */

static int map(int fd, struct tally **ret_tally)
{
	void *memory = mmap(NULL, sizeof(**ret_tally), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	*ret_tally = memory;
	return 0;
}

int tally_create(const char *path, struct tally **ret_tally)
{
	int fd, r = 0;

	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	/* Processes that change their user count, too, whatever the umask. */
	if (fchmod(fd, 0666) < 0 || ftruncate(fd, sizeof(**ret_tally)) < 0)
		r = -errno;
	if (!r)
		r = map(fd, ret_tally);
	close(fd);
	if (r < 0)
		unlink(path);
	return r;
}

int tally_open(const char *path, struct tally **ret_tally)
{
	struct stat st;
	int fd, r = -EINVAL;

	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	/* Beyond the end of the file, memory is a deadly signal. */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == sizeof(**ret_tally))
		r = map(fd, ret_tally);
	close(fd);
	return r;
}

void tally_close(struct tally *tally)
{
	munmap(tally, sizeof(*tally));
}

static bool fill(struct tally_entry *entry, const struct tally_kind *kind)
{
	uint32_t empty = EMPTY;

	if (!atomic_compare_exchange_strong(&entry->state, &empty, BEING_FILLED))
		return false;
	entry->kind = *kind;
	atomic_store(&entry->state, FILLED);
	return true;
}

/* One that somebody else is filling is passed over, be it of this kind or not. */
void tally_count(struct tally *tally, const struct tally_kind *kind)
{
	struct tally_entry *entry;

	for (entry = tally->entries; entry < tally->entries + TALLY_KINDS; entry++) {
		if (fill(entry, kind) ||
		    (atomic_load(&entry->state) == FILLED &&
		     !memcmp(&entry->kind, kind, sizeof(*kind)))) {
			atomic_fetch_add(&entry->count, 1);
			return;
		}
	}
	atomic_fetch_add(&tally->unknown, 1);
}

bool tally_next(struct tally *tally, size_t *i, struct tally_kind *ret_kind, uint64_t *ret_count)
{
	for (; *i < TALLY_KINDS; (*i)++) {
		struct tally_entry *entry = &tally->entries[*i];
		uint64_t count = atomic_load(&entry->count);

		if (!count)
			continue;
		*ret_kind = entry->kind;
		*ret_count = count;
		(*i)++;
		return true;
	}
	return false;
}

static bool replace(_Atomic uint64_t *pending, uint64_t old, uint64_t new)
{
	return atomic_compare_exchange_strong(pending, &old, new);
}

void tally_pend(struct tally *tally, uint64_t inode)
{
	_Atomic uint64_t *pending, *end = tally->pending + TALLY_PENDING;

	if (tally_is_pending(tally, inode))
		return;
	for (pending = tally->pending; pending < end; pending++) {
		if (!replace(pending, 0, inode))
			continue;
		atomic_fetch_add(&tally->n_pending, 1);
		return;
	}
	for (pending = tally->pending; pending < end; pending++) {
		uint64_t old = atomic_load(pending);

		if (old & ABANDONED && replace(pending, old, inode))
			return;
	}
	atomic_fetch_add(&tally->unknown, 1);
}

static _Atomic uint64_t *find(struct tally *tally, uint64_t inode)
{
	if (!inode || !atomic_load(&tally->n_pending))
		return NULL;
	for (size_t i = 0; i < TALLY_PENDING; i++)
		if ((atomic_load(&tally->pending[i]) & ~ABANDONED) == inode)
			return &tally->pending[i];
	return NULL;
}

bool tally_is_pending(struct tally *tally, uint64_t inode)
{
	return find(tally, inode);
}

void tally_abandon(struct tally *tally, uint64_t inode)
{
	_Atomic uint64_t *pending = find(tally, inode);

	if (pending)
		replace(pending, inode, inode | ABANDONED);
}

bool tally_settle(struct tally *tally, uint64_t inode)
{
	_Atomic uint64_t *pending = find(tally, inode);

	if (!pending || (!replace(pending, inode, 0) && !replace(pending, inode | ABANDONED, 0)))
		return false;
	atomic_fetch_sub(&tally->n_pending, 1);
	return true;
}

uint64_t tally_take(struct tally *tally, bool *ret_abandoned)
{
	for (size_t i = 0; i < TALLY_PENDING; i++) {
		uint64_t inode = atomic_exchange(&tally->pending[i], 0);

		if (!inode)
			continue;
		atomic_fetch_sub(&tally->n_pending, 1);
		*ret_abandoned = inode & ABANDONED;
		return inode & ~ABANDONED;
	}
	return 0;
}
