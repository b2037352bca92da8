// SPDX-License-Identifier: GPL-2.0-or-later
/* A sample for test-plugin.c: a shared object that is no plugin. */

int something_else(void) __attribute__((visibility("default")));

int something_else(void)
{
	return 1;
}
