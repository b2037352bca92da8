# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion of smcctl, which itself knows its verbs, options and devices.

function __smcctl_complete
	set -l words (commandline -opc)
	while string match -q -- '*=*' "$words[1]"
		set -e words[1]
	end
	set -l word (commandline -ct)
	set -l lines ($words[1] --complete $words[2..] "$word" 2>/dev/null)

	switch "$lines[1]"
		case \tfiles
			set -l there (string match -r -- '^--[^=]*=' "$word")
			__fish_complete_path (string replace -r -- '^--[^=]*=' '' "$word") |
				string replace -r -- '^' "$there"
		case \t'command *'
			set -l first (math (string replace \t'command ' '' "$lines[1]") + 2)
			complete -C (string join ' ' -- (string escape -- $words[$first..]) "$word")
		case '*'
			printf '%s\n' $lines
	end
end

complete -c smcctl -f -k -a '(__smcctl_complete)'
