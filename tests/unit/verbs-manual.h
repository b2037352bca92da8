/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the manual, and the case of all verbs, with the table of verbs; for test-verbs.c. */
#ifndef VERBS_MANUAL_H
#define VERBS_MANUAL_H

/* Each verb has its section in the page of its own or of its object, and in it its options. */
void test_manual_sections(void **state);

/* Synopses are what the table says, to the letter. */
void test_manual_synopses(void **state);

/* smcctl(1) lists the options that all verbs take, and no page an option that does not exist. */
void test_manual_options(void **state);

/* There is a page for each object, and none for what does not exist. */
void test_manual_pages(void **state);

/* smcctl-from-smc-tools(7) names verbs that there are, with options that they take. */
void test_manual_from_smc_tools(void **state);

/* Each verb is one that the VM's case does with and without rights, and without the daemon. */
void test_verbs_case(void **state);

#endif
