/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verbs, one a file: each does what its command says and returns an enum exit_status. A check
 * refuses what makes no sense together; verbs.h. Columns are those that -o chooses from.
 */
#ifndef SMCCTL_RUN_H
#define SMCCTL_RUN_H

#include "output.h"
#include "verbs.h"

extern const struct output_column config_diff_columns[];
extern const struct output_column config_show_columns[];
extern const struct output_column connection_list_columns[];
extern const struct output_column device_list_columns[];
extern const struct output_column linkgroup_list_columns[];
extern const struct output_column pnet_list_columns[];
extern const struct output_column stats_fallback_columns[];
extern const struct output_column stats_watch_columns[];
extern const struct output_column ueid_list_columns[];

int check_apply(const struct command *command, char *error);
int check_device_create(const struct command *command, char *error);
int check_device_priority(const struct command *command, char *error);
int check_doctor(const struct command *command, char *error);
int check_metrics(const struct command *command, char *error);
int check_pnet_add(const struct command *command, char *error);
int check_pnet_delete(const struct command *command, char *error);
int check_run(const struct command *command, char *error);

int run_apply(const struct command *command);
int run_config_diff(const struct command *command);
int run_config_show(const struct command *command);
int run_confirm(const struct command *command);
int run_connection_list(const struct command *command);
int run_device_create(const struct command *command);
int run_device_delete(const struct command *command);
int run_device_down(const struct command *command);
int run_device_drain(const struct command *command);
int run_device_list(const struct command *command);
int run_device_priority(const struct command *command);
int run_device_show(const struct command *command);
int run_device_stats(const struct command *command);
int run_device_test(const struct command *command);
int run_device_up(const struct command *command);
int run_doctor(const struct command *command);
int run_linkgroup_list(const struct command *command);
int run_linkgroup_show(const struct command *command);
int run_metrics(const struct command *command);
int run_monitor(const struct command *command);
int run_pnet_add(const struct command *command);
int run_pnet_delete(const struct command *command);
int run_pnet_list(const struct command *command);
int run_reload(const struct command *command);
int run_report(const struct command *command);
int run_rollback(const struct command *command);
int run_run(const struct command *command);
int run_seid_disable(const struct command *command);
int run_seid_enable(const struct command *command);
int run_seid_show(const struct command *command);
int run_shell(const struct command *command);
int run_stats_fallback(const struct command *command);
int run_stats_reset_baseline(const struct command *command);
int run_stats_show(const struct command *command);
int run_stats_watch(const struct command *command);
int run_status(const struct command *command);
int run_top(const struct command *command);
int run_ueid_add(const struct command *command);
int run_ueid_delete(const struct command *command);
int run_ueid_list(const struct command *command);
int run_verify(const struct command *command);

#endif
