/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The drop-in that lets a systemd service run over SMC. Pure. */
#ifndef SMCCTL_DROPIN_H
#define SMCCTL_DROPIN_H

#include <stdbool.h>

/* What systemd knows of the service; lists end with NULL, or are NULL. */
struct service {
	char **environment;		/* NAME=VALUE */
	bool families_allowed;		/* @families are those that are allowed, else those that are not */
	char **families;		/* RestrictAddressFamilies= */
	char **no_exec_paths;		/* NoExecPaths= */
};

/* Whether @library is preloaded already. */
bool dropin_is_there(const struct service *service, const char *library);

/*
 * The text of the drop-in that has @library preloaded, before what else is. It changes nothing of
 * the service's sandbox that does not stand in the way. NULL: no memory. The caller frees it.
 */
char *dropin_text(const struct service *service, const char *library);

#endif
