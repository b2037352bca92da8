/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The marks between which tests/bench/profile counts: instructions that do nothing and that no
 * compiler makes. profile-plugin.c knows them by their bytes.
 */
#ifndef PROFILE_MARK_H
#define PROFILE_MARK_H

/* The last byte of the address */
#define MARK_BEGIN 1
#define MARK_END 2

#ifdef __x86_64__
#define MARK_NOP(address) "nopl " address "(%%rax, %%rax, 1)"
#else
#define MARK_NOP(address) ""
#endif

static inline void mark_begin(void)
{
	__asm__ volatile(MARK_NOP("0x736d6301") : : : "memory");
}

static inline void mark_end(void)
{
	__asm__ volatile(MARK_NOP("0x736d6302") : : : "memory");
}

#endif
