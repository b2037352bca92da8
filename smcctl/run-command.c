// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * smcctl run: starts a program with libsmcd-preload.so before the C library, so that its TCP
 * sockets become SMC sockets.
 *
 * Exit statuses are those of the program; of our own, 125 to 127, as of env(1). Without a summary
 * the program takes our place.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "preload/lookup.h"
#include "device.h"
#include "program.h"
#include "run-summary.h"
#include "run-unit.h"
#include "run.h"

/* Of env(1), timeout(1) and others that start programs. */
enum { EXIT_NOT_STARTED = 125, EXIT_CANNOT_RUN = 126, EXIT_NOT_FOUND = 127 };

#ifndef IPPROTO_SMC
#define IPPROTO_SMC 256		/* linux/in.h since 6.11 */
#endif
#define SHARED_MEMORY "/dev/shm"

/* SIGCHLD is not passed on, but ignored it would leave nothing to wait for. */
static const int handled[] = { SIGCHLD, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGINT, SIGQUIT };

#define N_HANDLED (sizeof(handled) / sizeof(handled[0]))

int check_run(const struct command *command, char *error)
{
	bool unit = command_has(command, OPTION_UNIT), summary = command_has(command, OPTION_SUMMARY);

	if (unit && command->n_words)
		return command_refuse(command, error, "--unit is for a service, COMMAND to start "
				      "one: use one of them");
	if (!unit && !command->n_words)
		return command_refuse(command, error, "COMMAND is missing, or --unit UNIT");
	if (unit && (summary || command_has(command, OPTION_FILE)))
		return command_refuse(command, error, "--summary is for a COMMAND that ends");
	if (!unit && (command_has(command, OPTION_REMOVE) || command_has(command, OPTION_DRY_RUN)))
		return command_refuse(command, error, "--remove and --dry-run are for --unit");
	if (!unit && !summary && command_has(command, OPTION_FILE))
		return command_refuse(command, error, "--file is where --summary goes");
	return 0;
}

static bool can_make(int domain, int protocol)
{
	int fd = socket(domain, SOCK_STREAM | SOCK_CLOEXEC, protocol);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static int check_kernel(void)
{
	if (can_make(AF_SMC, 0) || can_make(AF_INET, IPPROTO_SMC))
		return 0;
	output_error("the kernel makes no SMC sockets (%s), so nothing was started: load the "
		     "module, as root: modprobe smc; or a sandbox forbids AF_SMC",
		     strerror(errno));
	return EXIT_NOT_STARTED;
}

/* A library that is not there would be passed over, with all over TCP. */
static int check_library(void)
{
	if (access(PRELOAD_PATH, R_OK) == 0)
		return 0;
	output_error("cannot read " PRELOAD_PATH ": %s: is smcd installed as a whole?",
		     strerror(errno));
	return EXIT_NOT_STARTED;
}

static int check_program(const char *name)
{
	char path[PATH_MAX], why[PROGRAM_WHY_SIZE];
	int r = program_find(name, path);

	if (r < 0) {
		output_error("cannot run '%s': %s", name, strerror(-r));
		return r == -ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
	}
	if (program_preloadable(path, why) == 0)
		return 0;
	output_error("%s cannot be preloaded, so it was not started: it %s, and would run over TCP",
		     path, why);
	return EXIT_NOT_STARTED;
}

static int set_environment(const char *tally_path)
{
	const char *before = getenv("LD_PRELOAD");
	char *value;
	int r;

	if (asprintf(&value, "%s%s%s", PRELOAD_PATH, before && *before ? ":" : "",
		     before ?: "") < 0)
		return -ENOMEM;
	r = setenv("LD_PRELOAD", value, 1);
	free(value);
	if (!r && tally_path)
		r = setenv(TALLY_VARIABLE, tally_path, 1);
	return r;
}

/* Returns only if that fails. */
static int execute(char *const *words)
{
	execvp(words[0], words);
	output_error("cannot run '%s': %s", words[0], strerror(errno));
	return errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
}

static int replace(const struct command *command)
{
	if (set_environment(NULL) < 0) {
		output_error("not enough memory");
		return EXIT_NOT_STARTED;
	}
	return execute(command->words);
}

static volatile pid_t child;

/* Those of the terminal, which are the kernel's, have reached it by themselves. */
static void forward(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (info->si_code <= 0)
		kill(child, number);
}

static void catch(struct sigaction *saved)
{
	const struct sigaction action = { .sa_sigaction = forward,
					  .sa_flags = SA_RESTART | SA_SIGINFO };
	const struct sigaction none = { .sa_handler = SIG_DFL };

	for (size_t i = 0; i < N_HANDLED; i++)
		sigaction(handled[i], handled[i] == SIGCHLD ? &none : &action, &saved[i]);
}

static void restore(const struct sigaction *saved)
{
	for (size_t i = 0; i < N_HANDLED; i++)
		sigaction(handled[i], &saved[i], NULL);
}

/* Its wait status, or a negative errno. Signals wait until there is somebody to get them. */
static int start_and_wait(const struct command *command)
{
	struct sigaction saved[N_HANDLED];
	sigset_t all, before;
	int status;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	catch(saved);
	child = fork();
	if (child <= 0) {
		status = -errno;
		restore(saved);
		sigprocmask(SIG_SETMASK, &before, NULL);
		if (!child)
			_exit(execute(command->words));
		return status;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	while (waitpid(child, &status, 0) < 0) {
		if (errno == EINTR)
			continue;
		status = -errno;
		break;
	}
	restore(saved);
	return status;
}

/* Where connections are counted. */
struct place {
	char directory[32], path[96];
};

/* Who knows the name can count: those that change their user as well, but nobody else. */
static int make_place(struct place *place)
{
	uint64_t random[2];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return -EIO;
	strcpy(place->directory, SHARED_MEMORY "/smcctl-run-XXXXXX");
	if (!mkdtemp(place->directory))
		return -errno;
	snprintf(place->path, sizeof(place->path), "%s/%016" PRIx64 "%016" PRIx64,
		 place->directory, random[0], random[1]);
	return chmod(place->directory, 0711) < 0 ? -errno : 0;
}

static void print_summary(const struct command *command, struct tally *tally, FILE *stream)
{
	devices_cleanup struct devices devices = {};
	bus_cleanup sd_bus *bus = NULL;
	struct failure failure;
	struct summary summary;

	summary_read(tally, &summary);
	/* Without the daemon, devices have GIDs but no names. */
	if (summary.smc && bus_client_open(&bus, &failure) == 0 && bus_client_is_running(bus))
		bus_client_devices(bus, &devices, &failure);
	if (command_has(command, OPTION_JSON))
		summary_print_json(&summary, devices.list, devices.n, stream);
	else
		summary_print(&summary, devices.list, devices.n,
			      !command_has(command, OPTION_NOHEADINGS), stream);
}

/* Ends as the command did; a core would be of the wrong process. */
static int end_as(int status)
{
	const struct rlimit none = { 0, 0 };

	if (WIFSIGNALED(status)) {
		setrlimit(RLIMIT_CORE, &none);
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_NOT_STARTED;
}

static int failed(const char *what, int r)
{
	output_error("%s: %s", what, strerror(-r));
	return EXIT_NOT_STARTED;
}

/* Before the command does something that cannot be counted. */
static int check_diag(void)
{
	struct lookup lookup;
	int r = lookup_inode(UINT64_MAX, &lookup);

	if (r >= 0)
		return 0;
	output_error("the kernel does not tell of connections (%s), so nothing was started: load "
		     "the module, as root: modprobe smc_diag", strerror(-r));
	return EXIT_NOT_STARTED;
}

/* Runs the command; fills @ret_status, as of waitpid(), if it has run. */
static int count(const struct command *command, const char *path, FILE *stream, int *ret_status)
{
	struct tally *tally;
	int r;

	r = tally_create(path, &tally);
	if (r < 0)
		return failed(path, r);
	if (set_environment(path) < 0)
		r = -ENOMEM;
	if (!r)
		r = start_and_wait(command);
	unlink(path);
	if (r >= 0) {
		print_summary(command, tally, stream);
		*ret_status = r;
	}
	tally_close(tally);
	return r < 0 ? failed("cannot start a process", r) : 0;
}

static int run_counted(const struct command *command, FILE *stream)
{
	struct place place;
	int r, status;

	r = make_place(&place);
	if (r < 0)
		return failed("cannot make a directory in " SHARED_MEMORY, r);
	r = count(command, place.path, stream, &status);
	rmdir(place.directory);
	if (!r && (fflush(stream) || ferror(stream)))
		return failed("cannot write the summary", -errno);
	return r ?: end_as(status);
}

static int run_with_summary(const struct command *command)
{
	const char *file = command_text(command, OPTION_FILE);
	FILE *stream = stderr;
	int r;

	if (!summary_has_columns())
		return EXIT_USAGE;
	if (check_diag())
		return EXIT_NOT_STARTED;
	if (file)
		stream = fopen(file, "we");
	if (!stream)
		return failed(file, -errno);
	r = run_counted(command, stream);
	if (file && fclose(stream))
		return failed(file, -errno);
	return r;
}

int run_run(const struct command *command)
{
	int r;

	if (command_has(command, OPTION_UNIT))
		return run_unit(command);
	r = check_program(command->words[0]) ?: check_library() ?: check_kernel();
	if (r)
		return r;
	return command_has(command, OPTION_SUMMARY) ? run_with_summary(command) : replace(command);
}
