/* SPDX-License-Identifier: GPL-2.0-or-later */
/* polkit's agent for a terminal, which asks for a password where no desktop does. */
#ifndef SMCCTL_AGENT_H
#define SMCCTL_AGENT_H

/*
 * Starts pkttyagent for this process, until it exits or this is called again; returns when polkit
 * knows it. An agent that somebody has already goes first. Without pkttyagent nothing happens.
 */
void agent_start(void);

#endif
