/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The attributes of the softism family, and the keys by which softism-genl
 * takes and shows them.
 */
#ifndef TESTS_VM_SOFTISM_GENL_FIELDS_H
#define TESTS_VM_SOFTISM_GENL_FIELDS_H

#include <stdint.h>

enum field_form {
	FIELD_STRING,
	FIELD_DECIMAL,
	FIELD_HEX,
	FIELD_FLAG,
	FIELD_NEST,
	FIELD_LIST,		/* numbers of 64 bits */
};

/* A word that may stand for a number; a table of them ends without a word */
struct field_word {
	const char *word;
	uint64_t number;
};

/* A table of them ends without a key */
struct field {
	const char *key;
	uint16_t type;
	enum field_form form;
	uint8_t size;		/* bytes of a number */
	const struct field_word *words;
	const struct field *nest;
};

extern const struct field info_fields[];
extern const struct field dev_fields[];
extern const struct field dmb_fields[];
extern const struct field fault_fields[];

/* Those bytes of @number that the attribute has */
static inline void *field_bytes(const struct field *field, uint64_t *number)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return (char *)number + sizeof(*number) - field->size;
#else
	(void)field;
	return number;
#endif
}

#endif
