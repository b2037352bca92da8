/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Malformed command lines of each verb, made from the table; for test-verbs.c. */
#ifndef VERBS_MALFORMED_H
#define VERBS_MALFORMED_H

void test_malformed_options(void **state);
void test_malformed_values(void **state);
void test_malformed_arguments(void **state);
void test_malformed_long(void **state);

#endif
