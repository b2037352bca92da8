# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of smcctl, which itself knows its verbs, options and devices.

# A program's command line begins with word $1 of those of smcctl, which are the other arguments.
_smcctl_command() {
	local first=$1 i=0 word
	shift

	if ! declare -F _command_offset >/dev/null; then
		word=${!#}
		compopt -o filenames
		if [[ $# -eq $((first + 1)) ]]; then
			mapfile -t COMPREPLY < <(compgen -c -- "$word")
		else
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
		fi
		return
	fi
	# bash splits words at '=' and colons, so that it counts otherwise.
	for word in "${@:1:first}"; do
		while [[ $word ]]; do
			word=${word#"${COMP_WORDS[i]}"}
			i=$((i + 1))
		done
	done
	_command_offset "$i"
}

_smcctl() {
	local line=${COMP_LINE:0:COMP_POINT} word there
	local -a words

	# Not COMP_WORDS: bash splits words at '=' and colons, and names of devices may have them.
	read -ra words <<<"${line//[\"\']/}"
	[[ $line == *[[:space:]] ]] && words+=('')
	mapfile -t COMPREPLY < <("${words[0]}" --complete "${words[@]:1}" 2>/dev/null)

	# What stands before the last of them is already there.
	word=${words[-1]}
	there=${word%"${word##*[:=]}"}
	case ${COMPREPLY[0]-} in
	$'\tfiles')
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "${word#"$there"}")
		;;
	$'\tcommand '*)
		_smcctl_command $((${COMPREPLY[0]##* } + 1)) "${words[@]}"
		;;
	*)
		COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
		COMPREPLY=("${COMPREPLY[@]#"$there"}")
		;;
	esac
}

complete -F _smcctl smcctl
