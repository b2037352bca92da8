// SPDX-License-Identifier: GPL-2.0-or-later
/* User-defined EIDs: their syntax, and the one made from the machine-id. */

#include <stdio.h>
#include <string.h>

#include "ueid.h"

#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

const char *ueid_problem(const char *text)
{
	size_t good = strspn(text, UPPER DIGITS ".-");

	if (!text[0])
		return "it is empty; 1 to 32 characters are needed";
	if (strnlen(text, UEID_SIZE) >= UEID_SIZE)
		return "it is longer than 32 characters; shorten it";
	if (text[good] && strchr(LOWER, text[good]))
		return "it has a lower-case letter; write it in upper case";
	if (text[good])
		return "it has a character other than A-Z, 0-9, '.' and '-'; remove that";
	if (text[0] == '.' || text[0] == '-')
		return "it does not begin with a letter or digit; let it begin with one";
	if (strstr(text, ".."))
		return "it has two dots in a row; remove one";
	return NULL;
}

void ueid_from_id(const uint8_t id[16], char ret_ueid[UEID_SIZE])
{
	char hex[2 * 16 + 1];
	int i;

	for (i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02X", id[i]);
	snprintf(ret_ueid, UEID_SIZE, "SMCD-%.27s", hex);
}
