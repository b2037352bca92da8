// SPDX-License-Identifier: GPL-2.0-or-later
/* PNETIDs and entries of the kernel's PNET table: their syntax. */

#include <string.h>

#include "pnetid.h"

#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

const char *pnetid_problem(const char *text)
{
	if (!text[0])
		return "it is empty; 1 to 16 characters are needed";
	if (strnlen(text, SMCD_PNETID_SIZE) >= SMCD_PNETID_SIZE)
		return "it is longer than 16 characters; shorten it";
	if (text[strspn(text, UPPER LOWER DIGITS)])
		return "it has a character other than A-Z, a-z and 0-9; remove that";
	return NULL;
}

void pnetid_copy(char to[SMCD_PNETID_SIZE], const char *text)
{
	size_t i;

	/* Not toupper(), which may go by the locale. */
	for (i = 0; text[i] && i < SMCD_PNETID_SIZE - 1; i++)
		to[i] = text[i] >= 'a' && text[i] <= 'z' ? text[i] - 'a' + 'A' : text[i];
	to[i] = '\0';
}

/* Of @length bytes, all printable and none a blank. */
static bool is_graphic(const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return true;
}

/* As net/core/dev.c, dev_valid_name(), but for bytes that no message can show. */
const char *pnet_parse_interface(const char *text, struct pnet_entry *entry)
{
	size_t length = strnlen(text, PNET_INTERFACE_SIZE);

	if (!length)
		return "it is empty; 1 to 15 characters are needed";
	if (length >= PNET_INTERFACE_SIZE)
		return "it is longer than 15 characters, which no interface's is";
	if (!is_graphic(text, length) || strpbrk(text, "/:") || strcmp(text, ".") == 0 ||
	    strcmp(text, "..") == 0)
		return "no interface can have that name; see 'ip link' for those that exist";
	memcpy(entry->name, text, length + 1);
	entry->port = 0;
	return NULL;
}

const char *pnet_parse_device(const char *text, struct pnet_entry *entry)
{
	size_t length = strcspn(text, "/");
	const char *port = text[length] ? text + length + 1 : "1";

	if (!length)
		return "it is empty; 1 to 63 characters are needed";
	if (length >= PNET_NAME_SIZE)
		return "it is longer than 63 characters, which no device's is";
	if (!is_graphic(text, length))
		return "no device can have that name";
	if (port[0] < '1' || port[0] > '0' + PNET_PORTS || port[1])
		return "the port behind '/' must be 1 or 2";
	memcpy(entry->name, text, length);
	entry->name[length] = '\0';
	entry->port = port[0] - '0';
	return NULL;
}

bool pnet_same_place(const struct pnet_entry *a, const struct pnet_entry *b)
{
	return !a->port == !b->port && strcmp(a->name, b->name) == 0;
}

bool pnet_equal(const struct pnet_entry *a, const struct pnet_entry *b)
{
	return a->port == b->port && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->pnetid, b->pnetid) == 0;
}
