// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs scripts in the test VM for the bed on the host.
 *
 * Both directions of the virtio-serial port carry frames: one byte of type, one
 * byte of job number, a little-endian 32-bit length, then the data.
 *
 * to the guest:   'r' run the data as a bash script, as that job
 *                 'c' set the clock (64-bit nanoseconds), mix the rest into the
 *                     random pool
 * to the host:    'h' the agent is there
 *                 'o' output of a job
 *                 'x' a job has ended: 32-bit exit code, 128 + N for signal N
 */
#define _GNU_SOURCE /* pipe2 */
#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PORT_NAME "bed.agent"
#define MAX_JOBS 8
/* what one argument of a program can hold */
#define MAX_DATA (128 * 1024 - 1)
#define MAX_SEED 512
#define CHUNK 16384
/* A dead job's pipe may be held open by what it left running. */
#define POLL_MS 20
#define NSEC_PER_SEC 1000000000ULL

struct frame_head {
	uint8_t type;
	uint8_t job;
	uint32_t size;
} __attribute__((packed));

struct job {
	pid_t pid;
	int out;
	bool ended;
};

static struct job jobs[MAX_JOBS];
static int port = -1;

static void die(const char *what)
{
	fprintf(stderr, "bed-agent: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void write_all(const void *data, size_t size)
{
	const char *from = data;

	while (size > 0) {
		ssize_t n = write(port, from, size);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			die("write to the host");
		if (n > 0) {
			from += n;
			size -= n;
		}
	}
}

static void send_frame(char type, unsigned int job, const void *data, size_t size)
{
	char buf[sizeof(struct frame_head) + CHUNK];
	struct frame_head head = {
		.type = type, .job = job, .size = htole32(size),
	};

	memcpy(buf, &head, sizeof(head));
	memcpy(buf + sizeof(head), data, size);
	write_all(buf, sizeof(head) + size);
}

/* An empty read means that nobody is connected on the host: wait for it. */
static void read_all(void *data, size_t size)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	char *to = data;

	while (size > 0) {
		ssize_t n = read(port, to, size);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			die("read from the host");
		if (n > 0) {
			to += n;
			size -= n;
		} else {
			nanosleep(&pause, NULL);
		}
	}
}

static int open_port(const char *id)
{
	char path[300], name[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name", id);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	if (!fgets(name, sizeof(name), file))
		name[0] = '\0';
	fclose(file);
	name[strcspn(name, "\n")] = '\0';
	if (strcmp(name, PORT_NAME) != 0)
		return -ENODEV;
	snprintf(path, sizeof(path), "/dev/%s", id);
	port = open(path, O_RDWR | O_CLOEXEC);
	return port < 0 ? -errno : 0;
}

static void find_port(void)
{
	DIR *dir = opendir("/sys/class/virtio-ports");
	struct dirent *entry;

	if (!dir)
		die("/sys/class/virtio-ports");
	while (port < 0 && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			open_port(entry->d_name);
	closedir(dir);
	if (port < 0) {
		errno = ENODEV;
		die(PORT_NAME);
	}
}

static void exec_script(char *script, int out)
{
	char *argv[] = { "bash", "-c", script, "case", NULL };
	int null = open("/dev/null", O_RDONLY);

	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(126);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	execv("/bin/bash", argv);
	_exit(127);
}

static void start_job(unsigned int number, char *script)
{
	struct job *job = &jobs[number % MAX_JOBS];
	int fds[2];

	if (job->pid || pipe2(fds, O_CLOEXEC) < 0)
		die("start a job");
	job->pid = fork();
	if (job->pid < 0)
		die("fork");
	if (job->pid == 0)
		exec_script(script, fds[1]);
	close(fds[1]);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	job->out = fds[0];
	job->ended = false;
}

static void mix_into_pool(const char *seed, size_t size)
{
	char buf[sizeof(struct rand_pool_info) + MAX_SEED]
		__attribute__((aligned(__alignof__(struct rand_pool_info))));
	struct rand_pool_info *pool = (struct rand_pool_info *)buf;
	int fd = open("/dev/urandom", O_RDWR | O_CLOEXEC);

	if (size > MAX_SEED)
		size = MAX_SEED;
	pool->buf_size = size;
	pool->entropy_count = size * 8;
	memcpy(pool->buf, seed, size);
	if (fd < 0 || ioctl(fd, RNDADDENTROPY, pool) < 0 || ioctl(fd, RNDRESEEDCRNG) < 0)
		die("/dev/urandom");
	close(fd);
}

static void set_clock_and_pool(const char *data, size_t size)
{
	struct timespec ts;
	uint64_t now;

	if (size < sizeof(now))
		return;
	memcpy(&now, data, sizeof(now));
	now = le64toh(now);
	ts.tv_sec = now / NSEC_PER_SEC;
	ts.tv_nsec = now % NSEC_PER_SEC;
	if (clock_settime(CLOCK_REALTIME, &ts) < 0)
		die("set the clock");
	mix_into_pool(data + sizeof(now), size - sizeof(now));
}

static void handle_frame(void)
{
	struct frame_head head;
	char *data;
	size_t size;

	read_all(&head, sizeof(head));
	size = le32toh(head.size);
	if (size > MAX_DATA) {
		errno = EMSGSIZE;
		die("frame from the host");
	}
	data = calloc(1, size + 1);
	if (!data)
		die("frame from the host");
	read_all(data, size);
	if (head.type == 'r')
		start_job(head.job, data);
	else if (head.type == 'c')
		set_clock_and_pool(data, size);
	free(data);
}

/* Returns whether there may be more to read. */
static bool forward_output(unsigned int number)
{
	char buf[CHUNK];
	ssize_t n = read(jobs[number].out, buf, sizeof(buf));

	if (n > 0)
		send_frame('o', number, buf, n);
	return n > 0;
}

static void reap_jobs(void)
{
	for (unsigned int i = 0; i < MAX_JOBS; i++) {
		struct job *job = &jobs[i];
		uint32_t code;
		int status;

		if (!job->pid || waitpid(job->pid, &status, WNOHANG) != job->pid)
			continue;
		while (forward_output(i))
			;
		close(job->out);
		code = htole32(WIFEXITED(status) ? WEXITSTATUS(status) :
						   128 + WTERMSIG(status));
		send_frame('x', i, &code, sizeof(code));
		job->pid = 0;
	}
}

static void serve(void)
{
	struct pollfd fds[MAX_JOBS + 1];
	int timeout = -1;

	fds[MAX_JOBS] = (struct pollfd) { .fd = port, .events = POLLIN };
	for (int i = 0; i < MAX_JOBS; i++) {
		fds[i] = (struct pollfd) {
			.fd = jobs[i].pid && !jobs[i].ended ? jobs[i].out : -1,
			.events = POLLIN,
		};
		if (jobs[i].pid)
			timeout = POLL_MS;
	}
	if (poll(fds, MAX_JOBS + 1, timeout) < 0 && errno != EINTR)
		die("poll");
	for (int i = 0; i < MAX_JOBS; i++)
		if (fds[i].fd >= 0 && fds[i].revents && !forward_output(i))
			jobs[i].ended = true;
	if (fds[MAX_JOBS].revents & POLLIN)
		handle_frame();
	reap_jobs();
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	find_port();
	send_frame('h', 0, "", 0);
	for (;;)
		serve();
}
