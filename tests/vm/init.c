// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * First process of the test VM: loads the modules listed in /modules, puts an
 * overlay over the read-only root disk and starts systemd in it.
 *
 * The overlay's writes live on a tmpfs, or on the second disk if there is one:
 * then they survive a reboot.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ROOT_DISK "/dev/vda"
#define UPPER_DISK "/dev/vdb"
#define DISK_WAIT_MS 10000

static void die(const char *what)
{
	printf("init: BUG: %s: %s\n", what, strerror(errno));
	fflush(stdout);
	reboot(RB_AUTOBOOT);
	_exit(1);
}

static void do_mount(const char *what, const char *where, const char *type,
		     unsigned long flags, const char *options)
{
	if (mkdir(where, 0755) < 0 && errno != EEXIST)
		die(where);
	if (mount(what, where, type, flags, options) < 0)
		die(where);
}

static void load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die(path);
	if (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST)
		die(path);
	close(fd);
}

static void load_modules(void)
{
	char line[256];
	FILE *list = fopen("/modules", "re");

	if (!list)
		die("/modules");
	while (fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = '\0';
		load_module(line);
	}
	fclose(list);
}

static void wait_for_disk(void)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	for (int i = 0; access(ROOT_DISK, F_OK) < 0; i++) {
		if (i >= DISK_WAIT_MS)
			die(ROOT_DISK);
		nanosleep(&pause, NULL);
	}
}

static void mount_root(void)
{
	do_mount(ROOT_DISK, "/lower", "ext4", MS_RDONLY, NULL);
	if (access(UPPER_DISK, F_OK) == 0)
		do_mount(UPPER_DISK, "/upper", "ext4", MS_NOATIME, NULL);
	else
		do_mount("upper", "/upper", "tmpfs", 0, "mode=0755,size=75%");
	if ((mkdir("/upper/root", 0755) < 0 && errno != EEXIST) ||
	    (mkdir("/upper/work", 0755) < 0 && errno != EEXIST))
		die("/upper");
	do_mount("root", "/root", "overlay", 0,
		 "lowerdir=/lower,upperdir=/upper/root,workdir=/upper/work");
}

static void enter_root(void)
{
	if (mount("/dev", "/root/dev", NULL, MS_MOVE, NULL) < 0)
		die("/root/dev");
	if (chdir("/root") < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 ||
	    chroot(".") < 0 || chdir("/") < 0)
		die("/root");
}

int main(void)
{
	static char *const env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	static char *const argv[] = { "/lib/systemd/systemd", NULL };
	int console;

	do_mount("dev", "/dev", "devtmpfs", MS_NOSUID, "mode=0755");
	console = open("/dev/console", O_RDWR);
	for (int fd = 0; console >= 0 && fd < 3; fd++)
		dup2(console, fd);
	if (console > 2)
		close(console);
	load_modules();
	wait_for_disk();
	mount_root();
	enter_root();
	execve(argv[0], argv, env);
	die(argv[0]);
}
