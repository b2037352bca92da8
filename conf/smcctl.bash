# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of smcctl, which itself knows its verbs, options and devices.

_smcctl() {
	local line=${COMP_LINE:0:COMP_POINT} word colons
	local -a words

	# Not COMP_WORDS: bash splits words at colons, and names of devices may have them.
	read -ra words <<<"$line"
	[[ $line == *[[:space:]] ]] && words+=('')
	mapfile -t COMPREPLY < <("${words[0]}" --complete "${words[@]:1}" 2>/dev/null)

	# What stands before the last colon is already there.
	word=${words[-1]}
	colons=${word%"${word##*:}"}
	COMPREPLY=("${COMPREPLY[@]#"$colons"}")
}

complete -F _smcctl smcctl
