// SPDX-License-Identifier: GPL-2.0-or-later
/* What smcctl doctor has to say; see findings.h. Pure. */
#include <stdarg.h>
#include <stdio.h>
#include "findings.h"

const char *finding_level_name(enum finding_level level)
{
	static const char *const names[FINDING_LEVELS] = {
		[FINDING_OK] = "ok",
		[FINDING_NOTE] = "note",
		[FINDING_WARNING] = "warning",
		[FINDING_PROBLEM] = "problem",
	};

	return names[level];
}

void finding_add(struct findings *findings, enum finding_level level, const char *command,
		 const char *advice, const char *format, ...)
{
	char text[FINDING_SIZE];
	struct finding finding = {
		.level = level, .check = findings->check, .text = text,
		.command = command, .advice = advice,
	};
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	findings->total++;
	findings->counts[level]++;
	findings->take(&finding, findings->userdata);
}
