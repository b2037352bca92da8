/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks smcd without waiting for the answer, for what has an event loop. None of it has smcd started
 * if it does not run: what asks every second would keep it from being stopped.
 */
#ifndef SMCCTL_BUS_ASK_H
#define SMCCTL_BUS_ASK_H

#include "bus-client.h"

enum bus_question {
	ASK_OBJECTS,		/* a{oa{sa{sv}}}, see bus_read_devices() */
	ASK_FALLBACKS,		/* a(uttsssa{sv}), see bus_read_fallbacks() */
	ASK_CONNECTIONS,	/* h, see connection-row.h */
	BUS_QUESTIONS
};

/* @answer gets the reply, unless the caller drops *@ret_slot before. 0 or a negative errno. */
int bus_ask(sd_bus *bus, enum bus_question question, sd_bus_message_handler_t answer,
	    void *userdata, sd_bus_slot **ret_slot);

/* 0; or a negative errno, with @failure filled, if @reply is that smcd could not answer. */
int bus_ask_failed(sd_bus_message *reply, enum bus_question question, struct failure *failure);

#endif
