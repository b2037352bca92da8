/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What profile-plugin.c uses of QEMU's interface for plugins, version 1, which
 * docs/devel/tcg-plugins.rst of QEMU describes: Debian 12 does not package qemu-plugin.h.
 */
#ifndef PROFILE_QEMU_H
#define PROFILE_QEMU_H

#include <stddef.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { INLINE_ADD_U64 };
enum { CB_NO_REGS };

typedef void (*translated)(unsigned long long id, struct qemu_plugin_tb *tb);
typedef void (*executed)(unsigned int cpu, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(unsigned long long id, translated call);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, int operation,
					      void *counter, unsigned long long added);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, executed call,
					    int flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
unsigned long long qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

#endif
