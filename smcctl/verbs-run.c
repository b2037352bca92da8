// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs a verb, with the columns, colours and pager that its options want; see verbs.h. */
#include <string.h>
#include "output.h"
#include "verbs.h"

static enum color_when color(const struct command *command)
{
	const char *when = command_text(command, OPTION_COLOR);

	if (!when || !strcmp(when, "auto"))
		return COLOR_AUTO;
	return strcmp(when, "always") ? COLOR_NEVER : COLOR_ALWAYS;
}

int verbs_run(const struct command *command)
{
	const struct output_style style = {
		.columns = command_text(command, OPTION_COLUMNS),
		.color = color(command),
		.pager = !command_has(command, OPTION_JSON) &&
			 !command_has(command, OPTION_NO_PAGER),
	};

	output_begin(&style);
	return output_end(command->verb->run(command));
}
