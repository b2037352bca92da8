// SPDX-License-Identifier: GPL-2.0-or-later
/* A kernel's generic netlink, for tests of what speaks with it. */
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/family.h>
#include "fake-netlink.h"

#define FAMILIES_MAX 8
#define ANSWERS_MAX 512
#define QUEUE_MAX 1024
#define FIRST_ID 30

struct answer {
	uint16_t family;
	uint8_t command;
	struct nl_msg *message;
};

/* What waits on a socket to be received. */
struct waiting {
	struct nl_sock *sock;
	void *data;
	size_t size;
};

static const char *families[FAMILIES_MAX];
static bool present[FAMILIES_MAX];
static struct answer answers[ANSWERS_MAX];
static size_t n_answers;
static struct waiting queue[QUEUE_MAX];
static size_t n_queue;
static struct nlmsghdr *last_change;
static unsigned int changes, calls, failing;
static int fault;
static bool fault_from_kernel;

/* The wrapped calls; they are libnl's. */
int __wrap_genl_connect(struct nl_sock *sock);
void __wrap_nl_socket_free(struct nl_sock *sock);
void __real_nl_socket_free(struct nl_sock *sock);
struct nl_msg *__real_nlmsg_alloc(void);
struct nl_msg *__wrap_nlmsg_alloc(void);
int __wrap_nl_socket_add_membership(struct nl_sock *sock, int group);
int __wrap_nl_send_auto(struct nl_sock *sock, struct nl_msg *message);
int __wrap_nl_recv(struct nl_sock *sock, struct sockaddr_nl *from, unsigned char **data,
		   struct ucred **credentials);
int __wrap_genl_ctrl_alloc_cache(struct nl_sock *sock, struct nl_cache **ret_cache);
struct genl_family *__wrap_genl_ctrl_search_by_name(struct nl_cache *cache, const char *name);
unsigned int __wrap_genl_family_get_id(struct genl_family *family);
void __wrap_genl_family_put(struct genl_family *family);
void __wrap_nl_cache_free(struct nl_cache *cache);
int __wrap_genl_ctrl_resolve_grp(struct nl_sock *sock, const char *family, const char *group);

static void drop_waiting(const struct nl_sock *sock)
{
	size_t kept = 0;

	for (size_t i = 0; i < n_queue; i++)
		if (sock && queue[i].sock != sock)
			queue[kept++] = queue[i];
		else
			free(queue[i].data);
	n_queue = kept;
}

void fake_reset(void)
{
	drop_waiting(NULL);
	for (size_t i = 0; i < n_answers; i++)
		nlmsg_free(answers[i].message);
	n_answers = 0;
	memset(present, 0, sizeof(present));
	free(last_change);
	last_change = NULL;
	changes = 0;
	fake_fail(0, 0, false);
}

static int find_family(const char *name)
{
	int i;

	for (i = 0; i < FAMILIES_MAX && families[i]; i++)
		if (strcmp(families[i], name) == 0)
			return i;
	assert_true(i < FAMILIES_MAX);
	families[i] = name;
	return i;
}

void fake_family(const char *name, bool there)
{
	present[find_family(name)] = there;
}

struct nl_msg *fake_message(const char *family, uint8_t command)
{
	struct nl_msg *message = __real_nlmsg_alloc();

	assert_non_null(message);
	assert_non_null(genlmsg_put(message, 0, 0, FIRST_ID + find_family(family), 0, NLM_F_MULTI,
				    command, 1));
	return message;
}

void fake_answer(const char *family, uint8_t command, struct nl_msg *message)
{
	assert_true(n_answers < ANSWERS_MAX);
	answers[n_answers++] = (struct answer){
		.family = FIRST_ID + find_family(family), .command = command, .message = message,
	};
}

struct nlmsghdr *fake_last_change(void)
{
	return last_change;
}

unsigned int fake_changes(void)
{
	return changes;
}

unsigned int fake_calls(void)
{
	return calls;
}

void fake_fail(unsigned int nth, int error, bool from_kernel)
{
	calls = 0;
	failing = nth;
	fault = error;
	fault_from_kernel = from_kernel;
}

/* libnl's error for the fault, if this call is the one that fails; else 0. */
static int fail_now(void)
{
	return ++calls == failing ? -nl_syserr2nlerr(fault) : 0;
}

static void enqueue(struct nl_sock *sock, const void *data, size_t size)
{
	assert_true(n_queue < QUEUE_MAX);
	queue[n_queue].sock = sock;
	queue[n_queue].size = size;
	queue[n_queue].data = malloc(size);
	assert_non_null(queue[n_queue].data);
	memcpy(queue[n_queue++].data, data, size);
}

/* NLMSG_DONE and NLMSG_ERROR both begin with an errno. */
static void enqueue_end(struct nl_sock *sock, uint16_t type, const struct nlmsghdr *request,
			int error)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr body;
	} end = {
		.header = {
			.nlmsg_len = sizeof(end), .nlmsg_type = type,
			.nlmsg_flags = NLM_F_CAPPED, .nlmsg_seq = request->nlmsg_seq,
		},
		.body = { .error = error, .msg = *request },
	};

	enqueue(sock, &end, sizeof(end));
}

static void enqueue_answers(struct nl_sock *sock, const struct nlmsghdr *request, uint8_t command)
{
	for (size_t i = 0; i < n_answers; i++) {
		const struct answer *answer = &answers[i];
		struct nlmsghdr *nlh;

		if (answer->family != request->nlmsg_type || answer->command != command)
			continue;
		nlh = nlmsg_hdr(answer->message);
		nlh->nlmsg_seq = request->nlmsg_seq;
		enqueue(sock, nlh, nlh->nlmsg_len);
	}
}

static void keep_change(const struct nlmsghdr *request)
{
	free(last_change);
	last_change = malloc(request->nlmsg_len);
	assert_non_null(last_change);
	memcpy(last_change, request, request->nlmsg_len);
	changes++;
}

int __wrap_nl_send_auto(struct nl_sock *sock, struct nl_msg *message)
{
	struct nlmsghdr *request = nlmsg_hdr(message);
	int index = request->nlmsg_type - FIRST_ID, failed = fail_now();

	if (failed && !fault_from_kernel)
		return failed;
	nl_complete_msg(sock, message);
	if (failed) {
		enqueue_end(sock, NLMSG_ERROR, request, fault);
		return request->nlmsg_len;
	}
	if (index < 0 || index >= FAMILIES_MAX || !present[index]) {
		enqueue_end(sock, NLMSG_ERROR, request, -ENOENT);
		return request->nlmsg_len;
	}
	enqueue_answers(sock, request, genlmsg_hdr(request)->cmd);
	if ((request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP) {
		enqueue_end(sock, NLMSG_DONE, request, 0);
		return request->nlmsg_len;
	}
	keep_change(request);
	enqueue_end(sock, NLMSG_ERROR, request, 0);
	return request->nlmsg_len;
}

int __wrap_nl_recv(struct nl_sock *sock, struct sockaddr_nl *from, unsigned char **data,
		   struct ucred **credentials)
{
	int r = fail_now();

	(void)credentials;
	if (r)
		return r;
	memset(from, 0, sizeof(*from));
	for (size_t i = 0; i < n_queue; i++) {
		int size = queue[i].size;

		if (queue[i].sock != sock)
			continue;
		*data = queue[i].data;
		n_queue--;
		memmove(&queue[i], &queue[i + 1], (n_queue - i) * sizeof(queue[0]));
		return size;
	}
	return -NLE_AGAIN;
}

int __wrap_genl_connect(struct nl_sock *sock)
{
	int r = fail_now();

	return r ? r : nl_connect(sock, NETLINK_GENERIC);
}

void __wrap_nl_socket_free(struct nl_sock *sock)
{
	if (sock)
		drop_waiting(sock);
	__real_nl_socket_free(sock);
}

struct nl_msg *__wrap_nlmsg_alloc(void)
{
	return fail_now() ? NULL : __real_nlmsg_alloc();
}

int __wrap_nl_socket_add_membership(struct nl_sock *sock, int group)
{
	(void)sock, (void)group;
	return fail_now();
}

/* A cache and the families in it are no more than their addresses. */
int __wrap_genl_ctrl_alloc_cache(struct nl_sock *sock, struct nl_cache **ret_cache)
{
	int r = fail_now();

	(void)sock;
	if (!r)
		*ret_cache = (struct nl_cache *)families;
	return r;
}

struct genl_family *__wrap_genl_ctrl_search_by_name(struct nl_cache *cache, const char *name)
{
	int index = find_family(name);

	assert_ptr_equal(cache, families);
	return present[index] ? (struct genl_family *)&families[index] : NULL;
}

unsigned int __wrap_genl_family_get_id(struct genl_family *family)
{
	return FIRST_ID + ((const char **)family - families);
}

void __wrap_genl_family_put(struct genl_family *family)
{
	assert_non_null(family);
}

void __wrap_nl_cache_free(struct nl_cache *cache)
{
	assert_ptr_equal(cache, families);
}

int __wrap_genl_ctrl_resolve_grp(struct nl_sock *sock, const char *family, const char *group)
{
	int r = fail_now();

	(void)sock, (void)group;
	if (r)
		return r;
	if (strcmp(family, "nlctrl") == 0)
		return 16;
	return present[find_family(family)] ? 17 : -NLE_OBJ_NOTFOUND;
}
