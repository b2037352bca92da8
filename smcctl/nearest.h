/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nearest of some words to one that is not known: "did you mean ...?" Pure. */
#ifndef SMCCTL_NEAREST_H
#define SMCCTL_NEAREST_H

struct nearest {
	const char *word;
	unsigned int distance;		/* of @best; only smaller ones are taken */
	char best[64];			/* empty: none is near */
};

/* @word lives as long as @nearest. */
void nearest_begin(struct nearest *nearest, const char *word);

/* Tries @name, which has @object before it if that is not NULL. */
void nearest_try(struct nearest *nearest, const char *object, const char *name);

#endif
